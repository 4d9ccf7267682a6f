# ringlab_proto(target file…): a static library of C++ message classes, included as "proto/x.pb.h".
# To be called from proto/. Protobuf in module mode first (Debian has no config file for it), then
# gRPC in config mode.
find_package(Protobuf REQUIRED)
if(RINGLAB_GRPC)
  find_package(gRPC CONFIG REQUIRED)
endif()

function(ringlab_proto target)
  set(generated ${PROJECT_BINARY_DIR}/generated)
  file(MAKE_DIRECTORY ${generated}/proto)
  add_library(${target} STATIC ${ARGN})
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_link_libraries(${target} PUBLIC protobuf::libprotobuf)
  set_target_properties(${target} PROPERTIES CXX_CLANG_TIDY "" RINGLAB_APART ON)  # not our code
  protobuf_generate(TARGET ${target} LANGUAGE cpp PROTOC_OUT_DIR ${generated}/proto)
  # SYSTEM: generated code is not held to our warnings.
  target_include_directories(${target} SYSTEM PUBLIC ${generated} PRIVATE ${generated}/proto)
endfunction()
