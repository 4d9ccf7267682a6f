// Reads an interval log, and histograms as texts from stdin (a line each), with hdr-histogram-js.
// Prints {"tags": {tag: count}, "lines": n, "whole": figures, "texts": [figures]} as JSON.
//
// node read_hlog.js FILE MODULES
"use strict";
const fs = require("fs");
const path = require("path");
const [file, modules] = process.argv.slice(2);
const hdr = require(path.join(modules, "hdr-histogram-js"));

const figures = (h) => ({
  count: h.totalCount,
  percentiles: [50, 90, 99, 99.9].map((p) => h.getValueAtPercentile(p)),
});
const whole = hdr.build({
  lowestDiscernibleValue: 1,
  highestTrackableValue: 60e9,
  numberOfSignificantValueDigits: 3,
  bitBucketSize: 64,
});
const tags = {};
const starts = [];
const reader = new hdr.HistogramLogReader(fs.readFileSync(file, "utf8"));
let lines = 0;
for (let h = reader.nextIntervalHistogram(); h; h = reader.nextIntervalHistogram()) {
  tags[h.tag] = (tags[h.tag] || 0) + h.totalCount;
  starts.push(h.startTimeStampMsec);
  whole.add(h);
  ++lines;
}
const texts = fs.readFileSync(0, "utf8").split("\n").filter((text) => text !== "");
console.log(JSON.stringify({
  tags,
  lines,
  starts,
  whole: figures(whole),
  texts: texts.map((text) => figures(hdr.decodeFromCompressedBase64(text, 64))),
}));
