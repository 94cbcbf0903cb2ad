# What `cmake --install` puts where, and the Debian packages that `cpack -G DEB` makes of it, one for each component:
# giemsa, giemsa-train, libgiemsa0, libgiemsa-dev. Everything installed may be moved elsewhere as a whole.

include(CMakePackageConfigHelpers)

set(package_folder "${CMAKE_INSTALL_LIBDIR}/cmake/giemsa")
set(pkgconfig_folder "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
set(doc_folder "${CMAKE_INSTALL_DATADIR}/doc")

install(TARGETS giemsa giemsa-fetch RUNTIME COMPONENT programs)
install(DIRECTORY models/ DESTINATION "${CMAKE_INSTALL_DATADIR}/giemsa/models" COMPONENT programs)
install(FILES README.md CHANGELOG.md DESTINATION "${doc_folder}/giemsa" COMPONENT programs)
install(DIRECTORY docs DESTINATION "${doc_folder}/giemsa" COMPONENT programs)
if(GIEMSA_TRAIN)
  install(TARGETS giemsa-train RUNTIME COMPONENT training)
endif()

install(TARGETS giemsa_shared EXPORT giemsa LIBRARY COMPONENT library NAMELINK_COMPONENT development)
install(DIRECTORY include/giemsa DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" COMPONENT development)
install(DIRECTORY examples DESTINATION "${doc_folder}/libgiemsa-dev" COMPONENT development)

# The CMake package: find_package(giemsa), giemsa::giemsa.
install(EXPORT giemsa FILE giemsaTargets.cmake NAMESPACE giemsa:: DESTINATION "${package_folder}" COMPONENT development)
configure_package_config_file(cmake/giemsaConfig.cmake.in "${PROJECT_BINARY_DIR}/giemsaConfig.cmake"
                              INSTALL_DESTINATION "${package_folder}" NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/giemsaConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/giemsaConfig.cmake" "${PROJECT_BINARY_DIR}/giemsaConfigVersion.cmake"
        DESTINATION "${package_folder}" COMPONENT development)

# pkg-config.
file(RELATIVE_PATH prefix_by_pkgconfig "${CMAKE_INSTALL_PREFIX}/${pkgconfig_folder}" "${CMAKE_INSTALL_PREFIX}")
configure_file(cmake/giemsa.pc.in "${PROJECT_BINARY_DIR}/giemsa.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/giemsa.pc" DESTINATION "${pkgconfig_folder}" COMPONENT development)

# Debian. Packages lie in /usr: configure with -DCMAKE_INSTALL_PREFIX=/usr for Debian's folders of libraries.
set(CPACK_COMPONENTS_ALL programs library development)
set(packages giemsa libgiemsa0 libgiemsa-dev)
if(GIEMSA_TRAIN)
  list(APPEND CPACK_COMPONENTS_ALL training)
  list(APPEND packages giemsa-train)
endif()
foreach(component package IN ZIP_LISTS CPACK_COMPONENTS_ALL packages)
  install(FILES LICENSE DESTINATION "${doc_folder}/${package}" RENAME copyright COMPONENT ${component})
  string(TOUPPER ${component} key)
  set(CPACK_DEBIAN_${key}_PACKAGE_NAME ${package})
endforeach()
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_VENDOR giemsa)
set(CPACK_PACKAGE_CONTACT "giemsa developers <giemsa@localhost>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_PACKAGE_DIRECTORY "${PROJECT_BINARY_DIR}/packages")
set(CPACK_STRIP_FILES ON)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY ">=")
set(CPACK_DEBIAN_PROGRAMS_DESCRIPTION "The programs, and a model of eight classes. For research; not a medical device.")
set(CPACK_DEBIAN_TRAINING_DESCRIPTION "The program behind 'giemsa train' and 'giemsa adapt', on LibTorch.")
set(CPACK_DEBIAN_LIBRARY_DESCRIPTION "The library: prediction inside other programs, with a C API. The model that is used
where none is named comes with the package giemsa.")
set(CPACK_DEBIAN_DEVELOPMENT_DESCRIPTION "Headers for C and C++, CMake package, pkg-config file and examples of libgiemsa.")
set(CPACK_DEBIAN_PROGRAMS_PACKAGE_SECTION science)
set(CPACK_DEBIAN_TRAINING_PACKAGE_SECTION science)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_PROGRAMS_PACKAGE_RECOMMENDS "gnuplot-nox, ca-certificates")
set(CPACK_DEBIAN_TRAINING_PACKAGE_DEPENDS "giemsa (= ${PROJECT_VERSION}), libopenblas0-openmp")
set(CPACK_DEBIAN_LIBRARY_PACKAGE_RECOMMENDS giemsa)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "libgiemsa0 (= ${PROJECT_VERSION})")
include(CPack)
