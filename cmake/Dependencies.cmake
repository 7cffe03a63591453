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
