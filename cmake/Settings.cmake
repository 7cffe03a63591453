# Language, warnings and build options; the presets choose among them.
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
add_compile_definitions(_GNU_SOURCE _FILE_OFFSET_BITS=64)
add_compile_options(-Wall -Wextra -Wconversion -Wshadow)

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE RelWithDebInfo)
endif()

option(WHICHCAB_WERROR "Warnings are errors (for the project's own presets, not for packagers)" OFF)
set(WHICHCAB_SANITIZE "" CACHE STRING "Sanitizers, e.g. address,undefined")
option(WHICHCAB_COVERAGE "Measure test coverage" OFF)
option(WHICHCAB_FUZZ "Build the libFuzzer targets (needs clang)" OFF)

if(WHICHCAB_WERROR)
    add_compile_options(-Werror)
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

include(CTest)
