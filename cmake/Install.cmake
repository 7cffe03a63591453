# What other programs' builds find the library by, the documentation, and the way back.
# Everything is installed either as `runtime` or as `development`.

# pkg-config: what the static libraries take.  By name: these may themselves be shared ones, whose own needs are
# none of ours.
set(private_libraries -llmdb -lmspack -larchive -lcrypto -lz -pthread)
set(ISAL_names -lisal)
set(LHASA_names -llhasa)
set(UDF_names -ludfread)
set(LIBYAL_names -lewf -lqcow -lvmdk -lvhdi -lbfio)
set(LIBDSK_names -ldsk)
set(UNSHIELD_names -lunshield)
foreach(feature ISAL LHASA UDF LIBYAL LIBDSK UNSHIELD)
    if(WHICHCAB_${feature})
        list(APPEND private_libraries ${${feature}_names})
    endif()
endforeach()

function(wcab_pkg_config name description libraries)
    set(PC_NAME ${name})
    set(PC_DESCRIPTION ${description})
    string(REPLACE ";" " " PC_LIBRARIES "${libraries}")
    # From the file's own place, so that an installation can be moved as a whole.
    file(RELATIVE_PATH PC_PREFIX ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
    string(REGEX REPLACE "/$" "" PC_PREFIX "${PC_PREFIX}")
    configure_file(${PROJECT_SOURCE_DIR}/cmake/whichcab.pc.in ${PROJECT_BINARY_DIR}/${name}.pc @ONLY)
    install(FILES ${PROJECT_BINARY_DIR}/${name}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT development)
endfunction()
wcab_pkg_config(whichcab "Find files on installation media, through images and cabinets"
    "${private_libraries}")
wcab_pkg_config(whichcab-query "Find files on installation media that are on record" "-llmdb;-pthread")

# CMake: find_package(whichcab) gives whichcab::whichcab and whichcab::query.
include(CMakePackageConfigHelpers)
set(cmake_folder ${CMAKE_INSTALL_LIBDIR}/cmake/whichcab)
install(EXPORT whichcab NAMESPACE whichcab:: FILE whichcab-config.cmake DESTINATION ${cmake_folder} COMPONENT development)
# Before 1.0.0 a program asks for the minor version that it was written for, or a later patch of it.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/whichcab-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/whichcab-config-version.cmake DESTINATION ${cmake_folder} COMPONENT development)

install(FILES ${PROJECT_SOURCE_DIR}/README.md ${PROJECT_SOURCE_DIR}/CHANGELOG.md ${PROJECT_SOURCE_DIR}/LICENSE
    TYPE DOC COMPONENT runtime)
file(GLOB pages CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/docs/*.md)
install(FILES ${pages} DESTINATION ${CMAKE_INSTALL_DOCDIR}/docs COMPONENT runtime)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs/schema DESTINATION ${CMAKE_INSTALL_DOCDIR}/docs COMPONENT runtime)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs/examples TYPE DOC COMPONENT development)

# cmake --build BUILD --target uninstall: removes what the last installation from this folder put down.
configure_file(${PROJECT_SOURCE_DIR}/cmake/uninstall.cmake.in ${PROJECT_BINARY_DIR}/uninstall.cmake @ONLY)
add_custom_target(uninstall COMMAND ${CMAKE_COMMAND} -P ${PROJECT_BINARY_DIR}/uninstall.cmake)
