# ringlab_flags: what every target of ours is compiled with. Link it PRIVATE.
option(RINGLAB_WERROR "Treat warnings as errors" OFF)
set(RINGLAB_SANITIZE "" CACHE STRING "Sanitizers: empty, address,undefined or thread")
# Off under ThreadSanitizer: Debian's gRPC is not built for it.
option(RINGLAB_GRPC "Build what needs gRPC" ON)

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug or Release; the presets choose" FORCE)
endif()

add_library(ringlab_flags INTERFACE)
target_compile_features(ringlab_flags INTERFACE cxx_std_20)
target_include_directories(ringlab_flags INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(ringlab_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -fno-omit-frame-pointer
  $<$<BOOL:${RINGLAB_WERROR}>:-Werror>
  # g++ 12 warns of strings and vectors that are fine (its bugs 105651, 105329).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict -Wno-array-bounds -Wno-stringop-overflow>
  # It takes the anonymous namespace of an included file, a part of a unity build, for a header's.
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<BOOL:${RINGLAB_UNITY}>>:-Wno-subobject-linkage>
  # clang counts sign conversions as conversions, g++ (the compiler of the product) does not; and it
  # finds std::stable_sort of libstdc++ 12 to use what C++17 deprecates.
  $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety -Wno-sign-conversion -Wno-deprecated-declarations>)

if(RINGLAB_SANITIZE)
  target_compile_options(ringlab_flags INTERFACE
    -fsanitize=${RINGLAB_SANITIZE} -fno-sanitize-recover=all
    # With them g++ 12 no longer sees what is set: of std::regex, of std::optional (its bug 105562).
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
    # Half of the compiler's time goes into these two, and AddressSanitizer sees null anyway. What
    # lays out memory by itself, core, keeps them.
    $<$<NOT:$<STREQUAL:$<TARGET_PROPERTY:NAME>,core>>:-fno-sanitize=null,alignment>
    # UBSan judges an object's type with the help of a pipe, and tests of node_h2 have no descriptor
    # left.
    $<$<IN_LIST:$<TARGET_PROPERTY:NAME>,node_h2;h2_live_tests>:-fno-sanitize=vptr>)
  target_link_options(ringlab_flags INTERFACE -fsanitize=${RINGLAB_SANITIZE})
endif()

# Code that libFuzzer is to find its way through: clang, preset `fuzz`.
option(RINGLAB_FUZZ "Build fuzz targets with libFuzzer" OFF)
if(RINGLAB_FUZZ)
  target_compile_options(ringlab_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

# Paths below the source directory are relative, in the cache's keys and in what the compiler
# writes, so that another clone of the same commit takes its objects from the cache.
add_compile_options(-ffile-prefix-map=${PROJECT_SOURCE_DIR}=.)
find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}
    CCACHE_NOHASHDIR=1 CCACHE_ABSSTDERR=1 ${CCACHE})
endif()
