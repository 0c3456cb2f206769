/**
 * What hostile guests and many guests at once send to a DHCP and DNS server, as a program that runs inside a guest:
 *   node guest-traffic.mjs SERVER exchange '[{"type":"discover","mac":"02:..."}]'   the answer to each message
 *   node guest-traffic.mjs SERVER walk DOMAIN                                       what it says of all names at once
 *   node guest-traffic.mjs SERVER noise                                             what is no message of either protocol
 *   node guest-traffic.mjs SERVER flood SECONDS PER-SECOND                          discovers of made-up clients
 *   node guest-traffic.mjs SERVER handshakes COUNT CLIENTS                          leases of that many clients, over and over
 *   node guest-traffic.mjs SERVER queries COUNT NAME                                the address of a name
 * Prints one line of JSON.
 */
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const [server, act, ...args] = process.argv.slice(2);
const TYPES = ['', 'discover', 'offer', 'request', 'decline', 'ack', 'nak', 'release', 'inform'];
const BROADCAST = '255.255.255.255';
const WAIT_MS = 2_000;

const bytesOf = (address) => address.split('.').map(Number);
const madeUpMac = () => Buffer.concat([Buffer.from([2]), randomBytes(5)]);

/** A DHCP message. `requested`: option 50; `server`: option 54; `own`: the address that the client says it has. */
function dhcp({ type, mac, requested, server: of, own }, xid = randomBytes(4)) {
  const packet = Buffer.alloc(240);
  packet.set([1, 1, 6, 0]);
  xid.copy(packet, 4);
  if (own) packet.set(bytesOf(own), 12);
  packet.set(Buffer.isBuffer(mac) ? mac : Buffer.from(mac.replaceAll(':', ''), 'hex'), 28);
  packet.set([0x63, 0x82, 0x53, 0x63], 236);
  const options = [53, 1, TYPES.indexOf(type)];
  if (requested) options.push(50, 4, ...bytesOf(requested));
  if (of) options.push(54, 4, ...bytesOf(of));
  return Buffer.concat([packet, Buffer.from([...options, 255])]);
}

/** The type of a message, and the address in it; null: it is none. */
function answerOf(packet) {
  if (packet.length < 243 || packet[0] !== 2) return null;
  for (let at = 240; at < packet.length && packet[at] !== 255; at += packet[at] === 0 ? 1 : 2 + packet[at + 1])
    if (packet[at] === 53) return { type: TYPES[packet[at + 2]], address: packet.subarray(16, 20).join('.') };
  return null;
}

async function open(port) {
  const socket = createSocket('udp4');
  await new Promise((ready) => socket.bind(port, ready));
  socket.setBroadcast(true);
  return socket;
}

/** Sends each message and waits for its answer. `@N` stands for the address in answer N. Null: there was no answer. */
async function exchange(messages) {
  const socket = await open(68);
  const answers = [];
  for (const message of messages) {
    const xid = randomBytes(4);
    const requested = message.requested?.startsWith('@')
      ? answers[Number(message.requested.slice(1))]?.address
      : message.requested;
    const answered = new Promise((resolve) => {
      socket.on('message', (packet) => {
        if (packet.subarray(4, 8).equals(xid)) resolve(answerOf(packet));
      });
      socket.send(dhcp({ ...message, requested }, xid), 67, BROADCAST);
    });
    answers.push(await Promise.race([answered, sleep(message.type === 'decline' ? 200 : WAIT_MS, null)]));
    socket.removeAllListeners('message');
  }
  return answers;
}

const QUERIES = { soa: 6, any: 255, axfr: 252, ixfr: 251, nsec: 47, dnskey: 48 };

function query(name, type) {
  const labels = name.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  const head = Buffer.from([1, 2, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
  return Buffer.concat([head, ...labels, Buffer.from([0, type >> 8, type & 255, 0, 1])]);
}

/** The code of an answer, how many records it has, and its text as far as it can be read. */
const recordsOf = (answer) => ({
  code: answer[3] & 15,
  records: answer.readUInt16BE(6),
  text: answer.toString('latin1').replaceAll(/[^a-z0-9-]+/gi, ' '),
});

function overTcp(message) {
  return new Promise((resolve) => {
    const socket = connect(53, server, () => socket.write(Buffer.concat([Buffer.from([0, message.length]), message])));
    let heard = Buffer.alloc(0);
    const end = () => {
      socket.destroy();
      resolve(heard.length > 14 ? recordsOf(heard.subarray(2)) : null);
    };
    socket.on('data', (data) => {
      heard = Buffer.concat([heard, data]);
      if (heard.length >= 2 + heard.readUInt16BE(0)) end();
    });
    socket.on('error', end).on('close', end);
    socket.setTimeout(WAIT_MS, end);
  });
}

async function walk(domain) {
  const answers = {};
  for (const [name, type] of Object.entries(QUERIES)) answers[name] = await overTcp(query(domain, type));
  return answers;
}

/** Truncated, oversized, looping and contradictory messages, and random ones. */
async function noise() {
  const socket = await open(68);
  const whole = dhcp({ type: 'discover', mac: madeUpMac() });
  const withOptions = (...options) => Buffer.concat([whole.subarray(0, 240), Buffer.from(options)]);
  const changed = (at, value) => {
    const copy = Buffer.from(whole);
    copy[at] = value;
    return copy;
  };
  const messages = [
    ...[0, 1, 43, 235, 239, 240].map((length) => whole.subarray(0, length)),
    // A hardware address of 0 and 255 bytes, a reply, another cookie, 255 hops.
    ...[changed(2, 0), changed(2, 255), changed(0, 2), changed(236, 0), changed(3, 255)],
    // No type; a type of no byte, and an unknown one; an option that ends after the packet; no end.
    ...[withOptions(255), withOptions(53, 0, 255), withOptions(53, 1, 99, 255)],
    ...[withOptions(53, 1, 1, 12, 255, 65), withOptions(53, 1, 1), withOptions(53, 1, 3, 50, 1, 10, 255)],
    // Options that go on in the fields of names, which name each other; a name, a client id and a list as long as they can be.
    withOptions(53, 1, 1, 52, 1, 3, 255),
    ...[12, 61, 55, 82, 77, 81].map((code) => withOptions(53, 1, 1, code, 255, ...randomBytes(255), 255)),
    Buffer.concat([whole, Buffer.alloc(1_200, 82)]),
  ];
  const head = (questions) => Buffer.from([1, 2, 1, 0, questions >> 8, questions & 255, 0, 0, 0, 0, 0, 0]);
  const names = [
    ...[head(1), head(65_535), head(0)],
    // A label that points to itself, one that points behind the end, one of 64 bytes, a name without an end.
    ...[Buffer.from([0xc0, 12, 0, 1, 0, 1]), Buffer.from([0xc3, 255, 0, 1, 0, 1]), Buffer.alloc(66, 64)].map((text) =>
      Buffer.concat([head(1), text]),
    ),
    Buffer.concat([head(1), Buffer.alloc(480, 1)]),
    ...Array.from({ length: 40 }, () => Buffer.concat([head(1), randomBytes(60)])),
  ];
  let sent = 0;
  const send = (bytes, port, to) =>
    new Promise((done) => socket.send(bytes, port, to, (error) => done((sent += !error))));
  for (let round = 0; round < 10; round += 1) {
    for (const bytes of messages) await send(bytes, 67, BROADCAST);
    for (const bytes of names) await send(bytes, 53, server);
  }
  // Over TCP: a length that nothing follows, and one that is too short.
  await Promise.all([overTcp(Buffer.alloc(0)), overTcp(Buffer.alloc(200, 255))]);
  return { sent };
}

async function flood(seconds, rate) {
  const socket = await open(68);
  const end = Date.now() + seconds * 1_000;
  const began = Date.now();
  let sent = 0;
  while (Date.now() < end) {
    const behind = Math.min(500, Math.ceil(((Date.now() - began) / 1_000) * rate) - sent);
    const packets = Array.from({ length: Math.max(0, behind) }, () => dhcp({ type: 'discover', mac: madeUpMac() }));
    await Promise.all(
      packets.map(
        (packet) => new Promise((done) => socket.send(packet, 67, BROADCAST, (error) => done((sent += !error)))),
      ),
    );
    await sleep(1);
  }
  return { sent, seconds: (Date.now() - began) / 1_000 };
}

/** How many handshakes or queries are open at once. */
const OPEN = 16;

/** Runs `count` pieces of work, `OPEN` at once, and resolves with the milliseconds that they took. */
async function timed(count, work) {
  const began = performance.now();
  let next = 0;
  const line = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: OPEN }, line));
  return { ms: performance.now() - began };
}

/** Sends a packet until it is answered, again after a second. */
async function asked(send, answered) {
  for (;;) {
    send();
    if (await Promise.race([answered, sleep(1_000, false)])) return answered;
  }
}

async function handshakes(count, clients) {
  const socket = await open(68);
  const waiting = new Map();
  socket.on('message', (packet) => waiting.get(packet.toString('hex', 4, 8))?.(answerOf(packet)));
  const send = (message) => {
    const xid = randomBytes(4);
    const answered = new Promise((resolve) => waiting.set(xid.toString('hex'), resolve));
    const packet = dhcp(message, xid);
    return asked(() => socket.send(packet, 67, BROADCAST), answered);
  };
  return timed(count, async (at) => {
    const mac = Buffer.from([2, 0, 0, 0, ((at % clients) >> 8) & 255, (at % clients) & 255]);
    for (let type; type !== 'ack';) {
      const { address } = await send({ type: 'discover', mac });
      // Refused if another client asked for it in between: then a client starts again.
      ({ type } = await send({ type: 'request', mac, requested: address, server }));
    }
  });
}

async function queries(count, name) {
  const socket = await open(0);
  const waiting = new Map();
  socket.on('message', (packet) => waiting.get(packet.readUInt16BE(0))?.(packet));
  const packet = query(name, 1);
  return timed(count, async (at) => {
    const id = at % 65_536;
    const answered = new Promise((resolve) => waiting.set(id, resolve));
    const own = Buffer.from(packet);
    own.writeUInt16BE(id, 0);
    const answer = await asked(() => socket.send(own, 53, server), answered);
    if (answer.readUInt16BE(6) === 0) throw new Error(`there was no answer, but the code ${answer[3] & 15}`);
  });
}

const ACTS = {
  exchange: (messages) => exchange(JSON.parse(messages)),
  walk,
  noise,
  handshakes: (count, clients) => handshakes(Number(count), Number(clients)),
  queries: (count, name) => queries(Number(count), name),
  flood: (seconds, rate) => flood(Number(seconds), Number(rate)),
};
console.log(JSON.stringify(await ACTS[act](...args)));
process.exit();
