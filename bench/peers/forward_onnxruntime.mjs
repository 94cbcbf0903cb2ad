// Pictures per second of ONNX Runtime on a model of 96 px, after as many warm-up calls as bench_forward_native does.
//
//   node forward_onnxruntime.mjs MODEL.onnx BATCH THREADS [SECONDS]
import { createRequire } from 'node:module';

const require = createRequire(process.env.GIEMSA_ONNX_PEER ? `${process.env.GIEMSA_ONNX_PEER}/` : import.meta.url);
const ort = require('onnxruntime-node');
const [model, batch, threads, seconds = 2] = [process.argv[2], ...process.argv.slice(3).map(Number)];
const session = await ort.InferenceSession.create(model, {
  intraOpNumThreads: threads,
  interOpNumThreads: 1,
  graphOptimizationLevel: 'all',
});
const values = Float32Array.from({ length: batch * 3 * 96 * 96 }, (_, i) => ((i * 7919) % 1000) / 500 - 1);
const feeds = { [session.inputNames[0]]: new ort.Tensor('float32', values, [batch, 3, 96, 96]) };
const answers = ['logits'];
for (let i = 0; i < 5; i++) await session.run(feeds, answers);
const times = [];
for (const start = performance.now(); performance.now() - start < seconds * 1000; ) {
  const before = performance.now();
  await session.run(feeds, answers);
  times.push(performance.now() - before);
}
times.sort((a, b) => a - b);
const rate = (ms) => ((1000 * batch) / ms).toFixed(1);
console.log(`onnxruntime ${rate(times[times.length >> 1])} images/s median ${rate(times[0])} best`);
