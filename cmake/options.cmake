# ringlab_flags: what every target of ours is compiled with. Link it PRIVATE.
option(RINGLAB_WERROR "Treat warnings as errors" OFF)
set(RINGLAB_SANITIZE "" CACHE STRING "Sanitizers: empty, address,undefined or thread")
option(RINGLAB_GRPC "Build what needs gRPC (off under ThreadSanitizer: Debian's gRPC is not built for it)" ON)

add_library(ringlab_flags INTERFACE)
target_compile_features(ringlab_flags INTERFACE cxx_std_20)
target_include_directories(ringlab_flags INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(ringlab_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -fno-omit-frame-pointer
  $<$<BOOL:${RINGLAB_WERROR}>:-Werror>
  $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety>)

if(RINGLAB_SANITIZE)
  target_compile_options(ringlab_flags INTERFACE -fsanitize=${RINGLAB_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(ringlab_flags INTERFACE -fsanitize=${RINGLAB_SANITIZE})
endif()

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()
