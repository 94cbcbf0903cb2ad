// The peer of the service: Node's HTTP server, sharp (libvips) for the picture and ONNX Runtime for the network. It does the
// least that the job asks for: JPEG to RGB, the centre square, resized, normalised, the network, softmax, JSON. No
// novelty, no conformal sets, no abstention, no standard colours, no limits.
//
//   npm install --prefix PEER onnxruntime-node sharp
//   giemsa export blood_cells --out cells.onnx
//   GIEMSA_ONNX_PEER=PEER node bench/peers/serve_node.mjs cells.onnx SIDE_PX PORT [THREADS]
import { createServer } from 'node:http';
import { createRequire } from 'node:module';

const require = createRequire(process.env.GIEMSA_ONNX_PEER ? `${process.env.GIEMSA_ONNX_PEER}/` : import.meta.url);
const ort = require('onnxruntime-node');
const sharp = require('sharp');
const [model, side, port, threads = 2] = [process.argv[2], ...process.argv.slice(3).map(Number)];
sharp.concurrency(1);  // a picture is too small to be shared among threads
sharp.cache(false);
const session = await ort.InferenceSession.create(model, {
  intraOpNumThreads: threads,
  interOpNumThreads: 1,
  graphOptimizationLevel: 'all',
});
const classes = ['basophil', 'eosinophil', 'erythroblast', 'ig', 'lymphocyte', 'monocyte', 'neutrophil', 'platelet'];

async function answer(bytes) {
  const rgb = await sharp(bytes).removeAlpha().resize(side, side, { fit: 'cover', kernel: 'linear' }).raw().toBuffer();
  const plane = side * side;
  const values = new Float32Array(3 * plane);
  for (let i = 0; i < plane; i++) {
    values[i] = rgb[3 * i] / 127.5 - 1;
    values[plane + i] = rgb[3 * i + 1] / 127.5 - 1;
    values[2 * plane + i] = rgb[3 * i + 2] / 127.5 - 1;
  }
  const input = new ort.Tensor('float32', values, [1, 3, side, side]);
  const { logits } = await session.run({ [session.inputNames[0]]: input }, ['logits']);
  const top = Math.max(...logits.data);
  const odds = Array.from(logits.data, (logit) => Math.exp(logit - top));
  const sum = odds.reduce((a, b) => a + b, 0);
  return JSON.stringify({ probabilities: Object.fromEntries(classes.map((name, c) => [name, odds[c] / sum])) });
}

createServer((request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', async () => {
    try {
      const text = await answer(Buffer.concat(parts));
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) });
      response.end(text);
    } catch (error) {
      response.writeHead(422, { 'Content-Length': 0 });
      response.end();
    }
  });
}).listen(port, '127.0.0.1', () => console.error(`listens at ${port}`));
