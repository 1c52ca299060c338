# Re2::re2, Google's regular expressions. Through pkg-config: it knows the parts of Abseil that newer ones are made of, and
# Debian 12's package has no CMake files.
find_package(PkgConfig REQUIRED)
pkg_check_modules(Re2_PkgConfig QUIET IMPORTED_TARGET re2)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Re2 REQUIRED_VARS Re2_PkgConfig_FOUND)
if(Re2_FOUND AND NOT TARGET Re2::re2)
  add_library(Re2::re2 INTERFACE IMPORTED)
  set_target_properties(Re2::re2 PROPERTIES INTERFACE_LINK_LIBRARIES PkgConfig::Re2_PkgConfig)
endif()
