# The libraries, each as one imported target; all come from Debian packages.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(ZLIB REQUIRED)
pkg_check_modules(LMDB REQUIRED IMPORTED_TARGET lmdb)
pkg_check_modules(LIBMSPACK REQUIRED IMPORTED_TARGET libmspack)
pkg_check_modules(LIBARCHIVE REQUIRED IMPORTED_TARGET libarchive)
pkg_check_modules(LIBCRYPTO REQUIRED IMPORTED_TARGET libcrypto)

option(WHICHCAB_ISAL "Decode MSZIP with ISA-L instead of zlib" ON)
if(WHICHCAB_ISAL)
    pkg_check_modules(ISAL REQUIRED IMPORTED_TARGET libisal)
endif()

# libdsk comes without a pkg-config file; on where it is found.
find_library(LIBDSK_LIBRARY dsk)
find_path(LIBDSK_INCLUDE_DIR libdsk.h)
if(LIBDSK_LIBRARY AND LIBDSK_INCLUDE_DIR)
    set(LIBDSK_FOUND ON)
else()
    set(LIBDSK_FOUND OFF)
endif()
option(WHICHCAB_LIBDSK "Read Teledisk, CopyQM, CFI and DSK floppy dumps with libdsk" ${LIBDSK_FOUND})

# libunshield's pkg-config file is not in all of its packages; on where it is found.
find_library(UNSHIELD_LIBRARY unshield)
find_path(UNSHIELD_INCLUDE_DIR libunshield.h)
if(UNSHIELD_LIBRARY AND UNSHIELD_INCLUDE_DIR)
    set(UNSHIELD_FOUND ON)
else()
    set(UNSHIELD_FOUND OFF)
endif()
option(WHICHCAB_UNSHIELD "Read InstallShield cabinets with libunshield" ${UNSHIELD_FOUND})
