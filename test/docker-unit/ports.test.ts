import assert from 'node:assert/strict';
import net from 'node:net';
import { describe, test } from 'node:test';
import {
  describeHolder,
  findPortHolder,
  isPortFree,
  parseListeningSockets,
  parseLsof,
  pickFreePort,
} from '../../docker/ports.ts';

const HEADER =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';

describe('ports', () => {
  test('listening sockets are read from /proc/net/tcp, connected ones are not', () => {
    const text =
      HEADER +
      '   0: 0100007F:7175 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4711 1 0 100 0 0 10 0\n' +
      '   1: 00000000:07E8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 12 1 0 100 0 0 10 0\n' +
      '   2: 0100007F:7175 0100007F:C350 01 00000000:00000000 00:00000000 00000000  1000        0 99 1 0 20 4 30 10 -1\n';
    assert.deepEqual(parseListeningSockets(text), [
      { address: '127.0.0.1', port: 29045, inode: '4711' },
      { address: '0.0.0.0', port: 2024, inode: '12' },
    ]);
  });

  test('an IPv4 address inside IPv6 is the IPv4 address; every address is ::', () => {
    const text =
      HEADER +
      '   0: 0000000000000000FFFF00000100007F:1F93 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 7 1\n' +
      '   1: 00000000000000000000000000000000:1F90 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 8 1\n';
    assert.deepEqual(
      parseListeningSockets(text).map(socket => `${socket.address} ${socket.port}`),
      ['127.0.0.1 8083', ':: 8080'],
    );
  });

  test('the output of lsof names the process', () => {
    assert.deepEqual(parseLsof('p4711\ncjava\nf85\nn127.0.0.1:8083\n'), { pid: 4711, name: 'java' });
    assert.equal(parseLsof(''), undefined);
  });

  test('a holder of another user is named as that', () => {
    assert.equal(describeHolder(undefined), 'a process of another user');
    assert.equal(describeHolder({ pid: 7, name: 'java' }), 'java (pid 7)');
  });

  test('a port that is listened on is not free and its holder is this process', async () => {
    const port = await pickFreePort(new Set());
    assert.equal(await isPortFree(port), true);
    const server = net.createServer();
    await new Promise<void>(resolve => server.listen(port, '0.0.0.0', resolve));
    try {
      assert.equal(await isPortFree(port), false);
      assert.equal((await findPortHolder(port))?.pid, process.pid);
    } finally {
      server.close();
    }
  });

  test('a picked port is not picked again', async () => {
    const taken = new Set<number>();
    const ports = [await pickFreePort(taken), await pickFreePort(taken), await pickFreePort(taken)];
    assert.equal(new Set(ports).size, 3);
    assert.deepEqual(taken, new Set(ports));
  });
});
