// A bounded client of the service: asks for pictures in turn, one a request, on connections that stay open.
//
//   node bench/serve_client.mjs HOST:PORT FOLDER [--connections 16] [--seconds 10] [--rate PER_SECOND]
//
// Without --rate each connection asks as soon as it has its answer: the throughput. With it requests come at random
// times of that mean rate (Poisson), whether or not earlier ones are answered; where no connection is free their times are
// counted from when they were due. Prints one JSON object.
import { readFileSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    connections: { type: 'string', default: '16' },
    seconds: { type: 'string', default: '10' },
    rate: { type: 'string' },
  },
});
const [address, folder] = positionals;
const [host, port] = address.split(':');
const seconds = Number(values.seconds);
const rate = values.rate ? Number(values.rate) : 0;

const requests = readdirSync(folder).sort().map((name) => {
  const body = readFileSync(`${folder}/${name}`);
  const head = `POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/jpeg\r\nContent-Length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
});

const times = [];
const due = [];   // when requests that wait for a connection were due
const idle = [];  // connections without a request
let failed = 0;
let next = 0;
let stopped = false;

class Connection {
  constructor(whenReady) {
    this.arrived = Buffer.alloc(0);
    this.socket = connect(Number(port), host, () => whenReady(this));
    this.socket.setNoDelay(true);
    this.socket.on('data', (data) => this.take(data));
    this.socket.on('error', () => { failed += 1; });
  }

  ask(from) {
    this.began = from;
    this.socket.write(requests[next++ % requests.length]);
  }

  take(data) {
    this.arrived = this.arrived.length ? Buffer.concat([this.arrived, data]) : data;
    const end = this.arrived.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = this.arrived.toString('latin1', 0, end);
    const length = Number(/content-length: (\d+)/i.exec(head)[1]);
    if (this.arrived.length < end + 4 + length) return;
    this.arrived = this.arrived.subarray(end + 4 + length);
    if (head.startsWith('HTTP/1.1 200')) times.push(performance.now() - this.began);
    else failed += 1;
    if (stopped) return;
    if (!rate) this.ask(performance.now());
    else if (due.length) this.ask(due.shift());
    else idle.push(this);
  }
}

function comeAtRandomTimes() {
  let at = performance.now();
  const tick = () => {
    const now = performance.now();
    for (; at <= now; at -= (Math.log(1 - Math.random()) / rate) * 1000) {
      if (idle.length) idle.pop().ask(now);  // later than due by the timer's grain, which is not the service's fault
      else due.push(at);
    }
    if (!stopped) setTimeout(tick, Math.max(1, at - now));
  };
  tick();
}

const count = Number(values.connections);
let ready = 0;
const connections = Array.from({ length: count }, () => new Connection((connection) => {
  ready += 1;
  if (rate) idle.push(connection);
  else connection.ask(performance.now());
  if (ready !== count) return;
  if (rate) comeAtRandomTimes();
  const warm = 0.1 * seconds * 1000;
  let began;
  setTimeout(() => { times.length = 0; began = performance.now(); }, warm);
  setTimeout(() => {
    stopped = true;
    const lasted = (performance.now() - began) / 1000;
    const sorted = times.slice().sort((a, b) => a - b);
    const quantile = (q) => Number(sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]?.toFixed(3));
    console.log(JSON.stringify({
      perSecond: Math.round(sorted.length / lasted), failed, unanswered: due.length,
      medianMs: quantile(0.5), p90Ms: quantile(0.9), p99Ms: quantile(0.99), longestMs: quantile(1),
    }));
    for (const one of connections) one.socket.destroy();
    process.exit(0);
  }, warm + seconds * 1000);
}));
