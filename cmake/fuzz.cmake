# One program per tests/fuzz/<name>_fuzz.cc, linked to every room of the table.
#   BERTH_FUZZ:  <name>_fuzz, driven by libFuzzer.
#   BERTH_TESTS: <name>_fuzz_replay, which runs the committed corpus once; ctest knows it as fuzz/<name>.

function(berth_fuzz_targets)
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/fuzz/*_fuzz.cc")
  get_property(rooms GLOBAL PROPERTY BERTH_ROOMS)
  foreach(source IN LISTS sources)
    get_filename_component(name "${source}" NAME_WE)
    if(BERTH_FUZZ)
      add_executable(${name} ${source})
      target_link_libraries(${name} PRIVATE ${rooms})
      target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    endif()
    if(BERTH_TESTS)
      add_executable(${name}_replay ${source} ${CMAKE_SOURCE_DIR}/tests/fuzz/replay.cc)
      target_link_libraries(${name}_replay PRIVATE ${rooms})
      string(REGEX REPLACE "_fuzz$" "" short "${name}")
      add_test(NAME fuzz/${short} COMMAND ${name}_replay ${CMAKE_SOURCE_DIR}/tests/fuzz/corpus/${name})
    endif()
  endforeach()
endfunction()
