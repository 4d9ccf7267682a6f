#include "node/h2/calls/reflection_rows.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/unknown_field_set.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <set>
#include <string_view>
#include <utility>

namespace ringlab {

namespace {

namespace pb = google::protobuf;

// The schema's own classes would be registered twice in a program that links grpc++_reflection too;
// so messages are read and written as fields by number (grpc/reflection/v1/reflection.proto).
enum RequestField {
  kFileByFilename = 3,
  kFileContainingSymbol = 4,
  kFileContainingExtension = 5,
  kAllExtensionNumbers = 6,
  kListServices = 7,
};
enum ResponseField {
  kOriginalRequest = 2,
  kFileDescriptors = 4,
  kExtensionNumbers = 5,
  kServices = 6,
  kError = 7,
};

constexpr int kNotFound = 5;
constexpr int kUnimplemented = 12;

std::string Serialized(const pb::UnknownFieldSet& fields) {
  std::string bytes;
  fields.SerializeToString(&bytes);
  return bytes;
}

void AddError(pb::UnknownFieldSet& response, int code, const std::string& message) {
  pb::UnknownFieldSet error;
  error.AddVarint(1, static_cast<std::uint64_t>(code));
  error.AddLengthDelimited(2, message);
  response.AddLengthDelimited(kError, Serialized(error));
}

// A file and all that it imports, each once.
void AddFiles(pb::UnknownFieldSet& files, const pb::FileDescriptor* file,
              std::set<const pb::FileDescriptor*>& added) {
  if (!added.insert(file).second) return;
  pb::FileDescriptorProto schema;
  file->CopyTo(&schema);
  files.AddLengthDelimited(1, schema.SerializeAsString());
  for (int i = 0; i < file->dependency_count(); ++i) AddFiles(files, file->dependency(i), added);
}

void AddFile(pb::UnknownFieldSet& response, const pb::FileDescriptor* file,
             const std::string& wanted) {
  if (file == nullptr) return AddError(response, kNotFound, "no schema of \"" + wanted + "\"");
  pb::UnknownFieldSet files;
  std::set<const pb::FileDescriptor*> added;
  AddFiles(files, file, added);
  response.AddLengthDelimited(kFileDescriptors, Serialized(files));
}

// ExtensionRequest{containing_type, extension_number}
const pb::FileDescriptor* FileOfExtension(const std::string& request) {
  pb::UnknownFieldSet fields;
  if (!fields.ParseFromString(request)) return nullptr;
  std::string type;
  int number = 0;
  for (int i = 0; i < fields.field_count(); ++i) {
    const pb::UnknownField& field = fields.field(i);
    if (field.number() == 1 && field.type() == pb::UnknownField::TYPE_LENGTH_DELIMITED) {
      type = field.length_delimited();
    } else if (field.number() == 2 && field.type() == pb::UnknownField::TYPE_VARINT) {
      number = static_cast<int>(field.varint());
    }
  }
  const pb::DescriptorPool& pool = *pb::DescriptorPool::generated_pool();
  const pb::Descriptor* const message = pool.FindMessageTypeByName(type);
  if (message == nullptr) return nullptr;
  const pb::FieldDescriptor* const found = pool.FindExtensionByNumber(message, number);
  return found == nullptr ? nullptr : found->file();
}

void AddExtensionNumbers(pb::UnknownFieldSet& response, const std::string& type) {
  const pb::DescriptorPool& pool = *pb::DescriptorPool::generated_pool();
  const pb::Descriptor* const message = pool.FindMessageTypeByName(type);
  if (message == nullptr) return AddError(response, kNotFound, "no message \"" + type + "\"");
  std::vector<const pb::FieldDescriptor*> extensions;
  pool.FindAllExtensions(message, &extensions);
  pb::UnknownFieldSet numbers;
  numbers.AddLengthDelimited(1, type);
  for (const pb::FieldDescriptor* extension : extensions) {
    numbers.AddVarint(2, static_cast<std::uint64_t>(extension->number()));
  }
  response.AddLengthDelimited(kExtensionNumbers, Serialized(numbers));
}

void AddServices(pb::UnknownFieldSet& response, const std::vector<std::string>& services) {
  pb::UnknownFieldSet list;
  for (const std::string& service : services) {
    pb::UnknownFieldSet entry;
    entry.AddLengthDelimited(1, service);
    list.AddLengthDelimited(1, Serialized(entry));
  }
  response.AddLengthDelimited(kServices, Serialized(list));
}

Result<std::string> Reflect(const std::vector<std::string>& services, std::string_view message) {
  pb::UnknownFieldSet request;
  if (!request.ParseFromArray(message.data(), static_cast<int>(message.size()))) {
    return Fail(Code::kInvalidArgument, "expected a ServerReflectionRequest");
  }
  // Of a oneof the last field counts.
  const pb::UnknownField* asked = nullptr;
  for (int i = 0; i < request.field_count(); ++i) {
    const pb::UnknownField& field = request.field(i);
    const bool text = field.type() == pb::UnknownField::TYPE_LENGTH_DELIMITED;
    if (text && field.number() >= kFileByFilename) asked = &field;
  }
  const pb::DescriptorPool& pool = *pb::DescriptorPool::generated_pool();
  const std::string& wanted = asked == nullptr ? "" : asked->length_delimited();
  pb::UnknownFieldSet response;
  response.AddLengthDelimited(kOriginalRequest, std::string(message));
  switch (asked == nullptr ? 0 : asked->number()) {
    case kFileByFilename: AddFile(response, pool.FindFileByName(wanted), wanted); break;
    case kFileContainingSymbol:
      AddFile(response, pool.FindFileContainingSymbol(wanted), wanted);
      break;
    case kFileContainingExtension:
      AddFile(response, FileOfExtension(wanted), "that extension");
      break;
    case kAllExtensionNumbers: AddExtensionNumbers(response, wanted); break;
    case kListServices: AddServices(response, services); break;
    default: AddError(response, kUnimplemented, "an unknown kind of request");
  }
  return Serialized(response);
}

}  // namespace

BuiltinMethods ReflectionRows(std::vector<std::string> services) {
  BuiltinMethods rows;
  std::vector<std::string> listed = std::move(services);
  for (const char* version : {"v1", "v1alpha"}) {
    listed.push_back(std::string("grpc.reflection.") + version + ".ServerReflection");
    rows.push_back({.path = "/" + listed.back() + "/ServerReflectionInfo",
                    .shape = BuiltinMethod::Shape::kEach,
                    .reply = nullptr});
  }
  std::sort(listed.begin(), listed.end());
  for (BuiltinMethod& row : rows) {
    row.reply = [listed](std::string_view message) { return Reflect(listed, message); };
  }
  return rows;
}

}  // namespace ringlab
