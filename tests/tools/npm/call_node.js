// gRPC in JavaScript, with Node's HTTP/2: the cases of interop_test.py against two nodes, the second
// with a slow source. Messages are encoded by hand. Prints what each case came to as JSON.
//
// node call_node.js MODULES ADDRESS SLOW_ADDRESS
"use strict";
const path = require("path");
const [modules, ...addresses] = process.argv.slice(2);
const grpc = require(path.join(modules, "@grpc", "grpc-js"));

const SERVICE = "/groupcachepb.GroupCache/";
const HEALTH = "/grpc.health.v1.Health/";
const REFLECTION = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";
const SPECIAL = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n";
const PATIENCE_MS = 60e3;

const field = (number, payload) => {
  const bytes = Buffer.from(payload);
  const head = [number << 3 | 2];
  let size = bytes.length;
  for (; size > 127; size >>= 7) head.push(size & 127 | 128);
  return Buffer.concat([Buffer.from([...head, size]), bytes]);
};
const request = (group, key) => Buffer.concat([field(1, group), field(2, key)]);
const raw = (bytes) => bytes;
const [fast, slow] = addresses.map(
  (address) => new grpc.Client(address, grpc.credentials.createInsecure()));

// Resolves to {code, details, reply, trailer}; cancels after a while if it is told to.
const call = (client, method, message, {wait = PATIENCE_MS, metadata = {}, cancel} = {}) =>
  new Promise((resolve) => {
    const result = {code: 0, trailer: {}};
    const left = [];
    const done = (what) => left.push(what) === 2 && resolve(result);
    const sent = grpc.Metadata.fromHttp2Headers(metadata);
    const options = {deadline: Date.now() + wait};
    const started = client.makeUnaryRequest(method, raw, raw, message, sent, options,
      (error, reply) => {
        if (error) Object.assign(result, {code: error.code, details: error.details});
        result.reply = reply;
        done("reply");
      });
    started.on("status", (status) => {
      result.trailer = status.metadata.getMap();
      done("status");
    });
    if (cancel) setTimeout(() => started.cancel(), cancel);
  });

// The first reply of a stream, which is then cancelled, as hex digits.
const first = (stream) =>
  new Promise((resolve, reject) => {
    stream.once("data", (reply) => {
      resolve(reply.toString("hex"));
      stream.cancel();
    });
    stream.on("error", reject);
  });

const main = async () => {
  const results = {};
  const get = (client, group, key, options) =>
    call(client, SERVICE + "Get", request(group, key), options);
  results.empty = (await call(fast, SERVICE + "Remove", request("default", "k"))).reply.length;

  const value = Buffer.alloc(1 << 20, Buffer.from([0, 1, 0xfe, 0xff]));
  await call(fast, SERVICE + "Set", Buffer.concat([request("default", "large"), field(3, value)]));
  const large = (await get(fast, "default", "large")).reply;
  const wanted = field(1, value);
  results.large = large.subarray(0, wanted.length).equals(wanted);

  for (const [name, group] of [["status", "scores"], ["special", SPECIAL]]) {
    const {code, details} = await get(fast, group, "Tom");
    results[name] = [code, details];
  }
  const nothing = Buffer.alloc(0);
  results.unimplemented_method = (await call(fast, SERVICE + "Nothing", nothing)).code;
  results.unimplemented_service = (await call(fast, "/groupcachepb.Nothing/Get", nothing)).code;

  results.cancel = (await get(slow, "default", "a", {cancel: 50})).code;
  results.deadline = (await get(slow, "default", "b", {wait: 100})).code;
  results.afterwards = (await call(slow, SERVICE + "Stats", nothing)).code;

  const asked = {metadata: {"ringlab-explain": "1"}};
  results.metadata = [(await get(fast, "default", "Tom", asked)).trailer["ringlab-answer"]];

  const keys = Array.from({length: 1000}, (_, i) => `${i % 100}`);
  const got = await Promise.all(keys.map((key) => get(fast, "default", key)));
  const answered = got.filter(({code}) => code === 0);
  const values = new Set(answered.map(({reply}) => reply.toString("hex", 0, 102)));
  results.concurrent = [answered.length, values.size];

  const healths = [];
  for (const service of ["", "groupcachepb.GroupCache", "no.Service"]) {
    const {code, reply} = await call(fast, HEALTH + "Check", field(1, service));
    healths.push(code === 0 ? reply.toString("hex") : code);
  }
  results.health = healths;
  const options = {deadline: Date.now() + PATIENCE_MS};
  results.watch = await first(
    fast.makeServerStreamRequest(HEALTH + "Watch", raw, raw, nothing, options));
  const talk = fast.makeBidiStreamRequest(REFLECTION, raw, raw, options);
  talk.write(field(7, ""));
  results.services = await first(talk);
  console.log(JSON.stringify(results));
  fast.close();
  slow.close();
};

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
