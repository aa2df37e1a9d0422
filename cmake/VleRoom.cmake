# A room of the house: one folder, one library, one alias vle::NAME.
#
#   vle_room(NAME HEADERS h... [SOURCES s...] [USES t...] [USES_PRIVATELY t...])
#
# Public headers live in include/vle/..., private ones beside their source. A room sees only the include folders of the
# rooms that it USES, so a forbidden direction does not compile.
function(vle_room name)
  cmake_parse_arguments(ROOM "" "" "HEADERS;SOURCES;USES;USES_PRIVATELY" ${ARGN})
  set(target vle_${name})
  if(ROOM_SOURCES)
    add_library(${target} STATIC ${ROOM_SOURCES})
    set(scope PUBLIC)
    target_link_libraries(${target} PRIVATE ${ROOM_USES_PRIVATELY})
    vle_compile_options(${target})
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  add_library(vle::${name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name} VERIFY_INTERFACE_HEADER_SETS ON)
  target_compile_features(${target} ${scope} cxx_std_20)
  list(TRANSFORM ROOM_HEADERS PREPEND include/)
  target_sources(${target} ${scope} FILE_SET HEADERS BASE_DIRS include FILES ${ROOM_HEADERS})
  target_link_libraries(${target} ${scope} ${ROOM_USES})
  set_property(GLOBAL APPEND PROPERTY VLE_ROOMS ${target})
endfunction()

# Flags of every target of this project. Contraction is off because the order and the rounding of the arithmetic are part
# of what the chip and the reference define (docs/architecture.md).
function(vle_compile_options target)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
  target_compile_features(${target} PRIVATE cxx_std_20)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -ffp-contract=off)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # With optimisation, GCC 12 sees overlaps in assignments to std::string that are not there (its bug 105651).
    target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-Wno-restrict>)
  endif()
  if(CMAKE_UNITY_BUILD)
    # Names of one source are no shadows of another's.
    target_compile_options(${target} PRIVATE -Wno-shadow)
  endif()
  if(VLE_WARNINGS_AS_ERRORS)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
  if(VLE_SANITIZE)
    target_compile_options(${target} PRIVATE -fsanitize=${VLE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    target_link_options(${target} PUBLIC -fsanitize=${VLE_SANITIZE})
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
      # Under sanitizers GCC takes members of std::function for uninitialised, inside std::regex (its bug 105562). Of
      # threads it does not see the fences of Boost.Asio, nor need it: locks stand beside them.
      target_compile_options(${target} PRIVATE -Wno-maybe-uninitialized -Wno-tsan)
    endif()
  endif()
endfunction()
