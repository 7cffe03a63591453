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

# A library that comes without a usable pkg-config file: <name>_FOUND is ON where it and its header are.
function(wcab_find_library name library header)
    find_library(${name}_LIBRARY ${library})
    find_path(${name}_INCLUDE_DIR ${header})
    if(${name}_LIBRARY AND ${name}_INCLUDE_DIR)
        set(${name}_FOUND ON PARENT_SCOPE)
    else()
        set(${name}_FOUND OFF PARENT_SCOPE)
    endif()
endfunction()

wcab_find_library(LIBDSK dsk libdsk.h)
option(WHICHCAB_LIBDSK "Read Teledisk, CopyQM, CFI and DSK floppy dumps with libdsk" ${LIBDSK_FOUND})
wcab_find_library(UNSHIELD unshield libunshield.h)
option(WHICHCAB_UNSHIELD "Read InstallShield cabinets with libunshield" ${UNSHIELD_FOUND})
