# Installs BUILD into a folder of its own, builds examples/embedding against it from a copy that lies outside the source
# tree, and runs what comes out: the stranger's program, and the installed vle with a target from the installed share.
cmake_minimum_required(VERSION 3.25)

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE out ERROR_VARIABLE err)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${ARGN}\nended with ${status}\n${out}\n${err}")
  endif()
  set(output "${out}" PARENT_SCOPE)
endfunction()

function(expect text)
  if(NOT output MATCHES "${text}")
    message(FATAL_ERROR "expected \"${text}\" in:\n${output}")
  endif()
endfunction()

file(REMOVE_RECURSE ${WORK})
set(prefix ${WORK}/prefix)
run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${prefix})
foreach(file LICENSE NOTICE)
  file(GLOB found ${prefix}/share/doc/*/${file})
  if(NOT found)
    message(FATAL_ERROR "${file} is not installed")
  endif()
endforeach()

file(COPY ${SOURCE}/examples/embedding DESTINATION ${WORK})
run(${CMAKE_COMMAND} -S ${WORK}/embedding -B ${WORK}/build -G ${GENERATOR} -DCMAKE_PREFIX_PATH=${prefix}
  -DCMAKE_CXX_COMPILER=${COMPILER} -DCMAKE_BUILD_TYPE=${BUILD_TYPE})
run(${CMAKE_COMMAND} --build ${WORK}/build)
set(network ${SOURCE}/examples/layered/network.textproto)
run(${WORK}/build/embedding ${network} ${prefix}/share/vle/targets/bss2_like.textproto)
expect("output.r\\[0\\] at the end: -?[0-9.]+")

run(${prefix}/bin/vle --version)
expect("vle ${VERSION}")
run(${prefix}/bin/vle run ${network} --backend emulator:bss2_like?chip=7 --steps 20)
expect("target bss2_like, chip 7")
