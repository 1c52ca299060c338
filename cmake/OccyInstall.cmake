# What `cmake --install` installs: the library, its headers, the command, and what find_package and pkg-config need.
include(CMakePackageConfigHelpers)
set(OCCY_CMAKE_DIRECTORY "${CMAKE_INSTALL_LIBDIR}/cmake/occy")

install(TARGETS occy EXPORT occyTargets)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/occy" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
if(TARGET occy_cli)
  install(TARGETS occy_cli)
endif()

install(EXPORT occyTargets NAMESPACE occy:: DESTINATION "${OCCY_CMAKE_DIRECTORY}")
configure_package_config_file("${CMAKE_CURRENT_LIST_DIR}/occyConfig.cmake.in" "${PROJECT_BINARY_DIR}/occyConfig.cmake"
  INSTALL_DESTINATION "${OCCY_CMAKE_DIRECTORY}" NO_SET_AND_CHECK_MACRO)
# Before 1.0 a minor version may change the interface.
write_basic_package_version_file("${PROJECT_BINARY_DIR}/occyConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/occyConfig.cmake" "${PROJECT_BINARY_DIR}/occyConfigVersion.cmake"
  "${CMAKE_CURRENT_LIST_DIR}/OccyDependencies.cmake" "${CMAKE_CURRENT_LIST_DIR}/FindIsal.cmake"
  "${CMAKE_CURRENT_LIST_DIR}/FindRe2.cmake" "${CMAKE_CURRENT_LIST_DIR}/FindZstd.cmake"
  DESTINATION "${OCCY_CMAKE_DIRECTORY}")

set(OCCY_PC_REQUIRES "libssl >= 3.0, libcrypto >= 3.0, libarchive, zlib, libzstd, re2")
if(Isal_FOUND)
  string(APPEND OCCY_PC_REQUIRES ", libisal")
endif()
# A user of the static library must link what it is made from. Not by `pkg-config --static`: that would also ask for
# everything that libarchive was made from, which Debian's libarchive-dev does not install.
set(OCCY_PC_OWN_LIBS "-lboost_json -lboost_container -lpthread")
if(BUILD_SHARED_LIBS)
  set(OCCY_PC_PRIVATE ".private")
  set(OCCY_PC_LIBS_LINES "Libs: -L\${libdir} -loccy\nLibs.private: ${OCCY_PC_OWN_LIBS}")
else()
  set(OCCY_PC_LIBS_LINES "Libs: -L\${libdir} -loccy ${OCCY_PC_OWN_LIBS}")
endif()
file(RELATIVE_PATH OCCY_PC_PREFIX "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
configure_file("${CMAKE_CURRENT_LIST_DIR}/occy.pc.in" "${PROJECT_BINARY_DIR}/occy.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/occy.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
