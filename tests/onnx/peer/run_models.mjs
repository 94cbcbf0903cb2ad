// Runs ONNX models for the tests: a line of JSON in, a line of JSON out, until the input ends.
//   {"model": path, "input": name, "type": "float32" | "uint8", "shape": [...], "file": path,
//    "optimised": path for the network that it makes of the model, or ""}
//   → {"outputs": {name: {"shape": [...], "values": [...]}}} or {"error": text}
// Argument: the folder in which onnxruntime-node is installed.
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {createInterface} from 'node:readline';

const ort = createRequire(process.argv[2] + '/')('onnxruntime-node');

async function run({model, input, type, shape, file, optimised}) {
  // Without the last one, sums of integers overflow on processors that lack VNNI.
  const options = {intraOpNumThreads: 1, logSeverityLevel: 3, extra: {session: {x64quantprecision: '1'}}};
  if (optimised) Object.assign(options, {optimizedModelFilePath: optimised, graphOptimizationLevel: 'extended'});
  const session = await ort.InferenceSession.create(model, options);
  const bytes = readFileSync(file);
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  const values = type === 'uint8' ? new Uint8Array(buffer) : new Float32Array(buffer);
  const outputs = await session.run({[input]: new ort.Tensor(type, values, shape)});
  await session.release();
  return Object.fromEntries(Object.entries(outputs).map(
      ([name, tensor]) => [name, {shape: tensor.dims, values: Array.from(tensor.data)}]));
}

for await (const line of createInterface({input: process.stdin})) {
  let answer;
  try {
    answer = {outputs: await run(JSON.parse(line))};
  } catch (error) {
    answer = {error: String(error.message ?? error)};
  }
  process.stdout.write(JSON.stringify(answer) + '\n');
}
