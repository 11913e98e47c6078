# One program per bench/<room>_bench.cc or bench/<room>_<what>_bench.cc, linked to that room; built only when asked for:
# script/build release <room>_bench.
function(berth_benchmarks)
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/bench/*_bench.cc")
  foreach(source IN LISTS sources)
    get_filename_component(name "${source}" NAME_WE)
    string(REGEX REPLACE "_bench$" "" room "${name}")
    if(NOT TARGET berth_${room})
      string(REGEX REPLACE "_[a-z]+$" "" room "${room}")
    endif()
    add_executable(${name} EXCLUDE_FROM_ALL ${source})
    target_link_libraries(${name} PRIVATE berth_${room})
  endforeach()
endfunction()

# The load generator of script/bench; built only when asked for: script/build release berth_load.
function(berth_load_generator)
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/bench/load/*.cc")
  add_executable(berth_load EXCLUDE_FROM_ALL ${sources})
  target_link_libraries(berth_load PRIVATE berth_auth OpenSSL::SSL)
endfunction()
