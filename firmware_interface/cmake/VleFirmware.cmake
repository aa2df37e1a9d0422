# The firmware core, from its sources, the schema of the link, and nanopb.

find_path(VLE_NANOPB_DIR pb_encode.c
  PATHS ${CMAKE_CURRENT_LIST_DIR}/../../.cache/nanopb /usr/local/src/nanopb NO_DEFAULT_PATH
  DOC "The C sources of nanopb 0.4.7")
find_program(VLE_NANOPB_GENERATOR nanopb_generator.py PATHS /usr/bin NO_DEFAULT_PATH)
if(NOT VLE_NANOPB_DIR OR NOT VLE_NANOPB_GENERATOR)
  message(FATAL_ERROR "nanopb is missing, which the firmware core is built with; scripts/install-deps.sh fetches it")
endif()

cmake_path(GET CMAKE_CURRENT_LIST_DIR PARENT_PATH VLE_FIRMWARE_DIR)
set(VLE_FIRMWARE_SOURCES dispatch firmware link registers run session sha256 trace upload work)
list(TRANSFORM VLE_FIRMWARE_SOURCES REPLACE "(.+)" "${VLE_FIRMWARE_DIR}/src/\\1.c")

# vle_firmware_messages(FOLDER CHUNK_BYTES): the messages in C, with CHUNK_BYTES of data in one, made in FOLDER.
function(vle_firmware_messages folder chunk_bytes)
  set(proto ${VLE_FIRMWARE_DIR}/../proto)
  file(MAKE_DIRECTORY ${folder}/vle/v1)
  file(READ ${proto}/vle/v1/link.options options)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${proto}/vle/v1/link.options)
  string(REPLACE "max_size:512" "max_size:${chunk_bytes}" options "${options}")
  file(CONFIGURE OUTPUT ${folder}/link.options CONTENT "${options}" @ONLY)
  add_custom_command(
    OUTPUT ${folder}/vle/v1/link.np.c ${folder}/vle/v1/link.np.h
    COMMAND ${VLE_NANOPB_GENERATOR} -q -e .np -I ${proto} -D ${folder} -f ${folder}/link.options vle/v1/link.proto
    WORKING_DIRECTORY ${proto}
    DEPENDS ${proto}/vle/v1/link.proto ${folder}/link.options
    VERBATIM)
endfunction()

# vle_firmware(NAME CHUNK_BYTES): the core as a library of this machine.
function(vle_firmware name chunk_bytes)
  set(generated ${CMAKE_CURRENT_BINARY_DIR}/${name})
  vle_firmware_messages(${generated} ${chunk_bytes})
  # nanopb and what it generates are not held to this project's warnings. One set of flags for all who see its structs.
  add_library(vle_${name}_messages STATIC ${generated}/vle/v1/link.np.c ${VLE_NANOPB_DIR}/pb_common.c
    ${VLE_NANOPB_DIR}/pb_decode.c ${VLE_NANOPB_DIR}/pb_encode.c)
  target_include_directories(vle_${name}_messages SYSTEM PUBLIC
    $<BUILD_INTERFACE:${generated}> $<BUILD_INTERFACE:${VLE_NANOPB_DIR}>)
  target_compile_definitions(vle_${name}_messages PUBLIC PB_BUFFER_ONLY=1 PB_NO_ERRMSG=1)

  add_library(vle_${name} STATIC ${VLE_FIRMWARE_SOURCES})
  add_library(vle::${name} ALIAS vle_${name})
  target_include_directories(vle_${name} PUBLIC $<BUILD_INTERFACE:${VLE_FIRMWARE_DIR}/include>)
  target_compile_definitions(vle_${name} PUBLIC VLE_FW_MAX_CHUNK=${chunk_bytes})
  target_link_libraries(vle_${name} PUBLIC vle_${name}_messages vle::firmware_frame)
  set_target_properties(vle_${name} vle_${name}_messages PROPERTIES C_STANDARD 11 C_EXTENSIONS OFF)
  vle_compile_options(vle_${name})
  if(VLE_SANITIZE)
    target_compile_options(vle_${name}_messages PRIVATE -fsanitize=${VLE_SANITIZE})
  endif()
endfunction()
