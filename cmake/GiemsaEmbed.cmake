# libgiemsa.so: src/giemsa/embed with all that it is built on, for other programs. Only the C API comes out of it.

file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/giemsa/embed/*.cpp")
set(exports "${PROJECT_SOURCE_DIR}/src/giemsa/embed/libgiemsa.map")
add_library(giemsa_shared SHARED ${sources})
add_library(giemsa::giemsa ALIAS giemsa_shared)
target_link_libraries(giemsa_shared PRIVATE giemsa::predict)
target_include_directories(giemsa_shared PUBLIC "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>" INTERFACE "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
target_link_options(giemsa_shared PRIVATE "-Wl,--version-script=${exports}" -Wl,--gc-sections)
set_target_properties(giemsa_shared PROPERTIES
  OUTPUT_NAME giemsa EXPORT_NAME giemsa VERSION ${PROJECT_VERSION} SOVERSION 0
  CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
  LINK_DEPENDS "${exports}" LIBRARY_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/lib")
