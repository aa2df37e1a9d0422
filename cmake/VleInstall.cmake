# install, export, and the package files that a stranger's find_package(vle) reads.
include(CMakePackageConfigHelpers)

get_property(rooms GLOBAL PROPERTY VLE_ROOMS)
install(TARGETS ${rooms} EXPORT vleTargets FILE_SET HEADERS)
install(EXPORT vleTargets NAMESPACE vle:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/vle)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/vleConfig.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/vleConfig.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/vle)
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/vleConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/vleConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/vleConfigVersion.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/vle)
install(DIRECTORY targets/ DESTINATION ${CMAKE_INSTALL_DATADIR}/vle/targets)
install(FILES LICENSE NOTICE DESTINATION ${CMAKE_INSTALL_DOCDIR})
