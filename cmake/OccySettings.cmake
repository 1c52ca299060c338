# How the project's own targets are compiled. Nothing here reaches a user of the library: warnings and sanitizers sit in an
# interface target that is not exported.

if(PROJECT_IS_TOP_LEVEL)
  find_program(OCCY_CCACHE ccache)
  if(OCCY_CCACHE AND NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER "${OCCY_CCACHE}")
  endif()
  if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release)
  endif()
endif()

add_library(occy_settings INTERFACE)
target_compile_features(occy_settings INTERFACE cxx_std_20)
target_compile_options(occy_settings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual
  -Wcast-align -Wformat=2 -Wimplicit-fallthrough $<$<BOOL:${OCCY_WERROR}>:-Werror>)
# GCC 12 and 13 see overlapping copies in `"text" + std::string` when they optimise (GCC bug 105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 14)
  target_compile_options(occy_settings INTERFACE -Wno-restrict)
endif()
# A unity build includes its sources: GCC takes them for headers, whose types must not be made of nameless ones.
if(CMAKE_UNITY_BUILD)
  target_compile_options(occy_settings INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
endif()
if(OCCY_SANITIZE)
  target_compile_options(occy_settings INTERFACE -fsanitize=${OCCY_SANITIZE} -fno-omit-frame-pointer
    -fno-sanitize-recover=all)
  target_link_options(occy_settings INTERFACE -fsanitize=${OCCY_SANITIZE})
  # GCC sees faults in its own library when it optimises instrumented code.
  target_compile_options(occy_settings INTERFACE
    $<$<CXX_COMPILER_ID:GNU>:-Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread>)
endif()
