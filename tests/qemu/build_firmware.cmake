# cmake -D SOURCE=... -D BUILD=... -D TOOLCHAIN=... -P build_firmware.cmake: configures and builds.
execute_process(COMMAND ${CMAKE_COMMAND} -S ${SOURCE} -B ${BUILD} -G Ninja -DCMAKE_TOOLCHAIN_FILE=${TOOLCHAIN}
  COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} --build ${BUILD} COMMAND_ERROR_IS_FATAL ANY)
