# Language, warnings and build options; the presets choose among them.
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
add_compile_definitions(_GNU_SOURCE _FILE_OFFSET_BITS=64)
add_compile_options(-Wall -Wextra -Wconversion -Wshadow -Wmissing-prototypes -Wstrict-prototypes -Wvla -Wundef)

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE RelWithDebInfo)
endif()

option(WHICHCAB_WERROR "Warnings are errors (for the project's own presets, not for packagers)" OFF)
set(WHICHCAB_SANITIZE "" CACHE STRING "Sanitizers, e.g. address,undefined")
option(WHICHCAB_HARDEN "Make faults harder to exploit: what a release build has" ON)
option(WHICHCAB_STATIC "Link the program whichcab statically: a lookup takes a third of a millisecond less" OFF)
option(WHICHCAB_COVERAGE "Measure test coverage" OFF)
option(WHICHCAB_FUZZ "Build the libFuzzer targets (needs clang)" OFF)

if(WHICHCAB_WERROR)
    add_compile_options(-Werror)
endif()
# A sanitizer sees more without, and a build that is not optimised can't be fortified.
if(WHICHCAB_HARDEN AND NOT WHICHCAB_SANITIZE AND NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
    include(CheckCCompilerFlag)
    add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong)
    check_c_compiler_flag(-fstack-clash-protection WHICHCAB_HAS_STACK_CLASH_PROTECTION)
    if(WHICHCAB_HAS_STACK_CLASH_PROTECTION)
        add_compile_options(-fstack-clash-protection)
    endif()
    add_link_options(LINKER:-z,relro,-z,now,-z,noexecstack)
    # Libraries are -fPIC already, programs become PIE.
    include(CheckPIESupported)
    check_pie_supported(LANGUAGES C)
endif()
if(WHICHCAB_SANITIZE)
    add_compile_definitions(WHICHCAB_SANITIZED)
    add_compile_options(-fsanitize=${WHICHCAB_SANITIZE} -fno-omit-frame-pointer
                        -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${WHICHCAB_SANITIZE})
endif()
if(WHICHCAB_FUZZ) # the library's own code is what libFuzzer has to see
    add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(WHICHCAB_COVERAGE)
    add_compile_options(--coverage)
    add_link_options(--coverage)
endif()

# Number of the binary interface: moves when a program that was built before would no longer run (docs/packaging.md).
set(WHICHCAB_SOVERSION 0)

include(CTest)
