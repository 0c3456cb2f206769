/**
 * The host's side of a relay: carries WireGuard's datagrams between 127.0.0.1 and stdin/stdout, in frames `length16 host16 datagram`. It
 * sees ciphertext only. Arguments: WireGuard's port, then the numbers of the other hosts; first it prints one line with a local port
 * for each of them. Frames of host 65535 acknowledge the bytes that came so far: so much may be in flight as the line takes in about
 * 0.1 s, since SSH alone would queue megabytes. Beyond that WireGuard's sockets overflow, as on any full wire. Ends with stdin.
 * Its modules are those of Debian's perl-base: a minimal host has no Time::HiRes.
 */
export const RELAY_PERL = `
use strict; use Socket; use Fcntl; use POSIX ();
my ($port, @numbers) = @ARGV;
my $wg = pack_sockaddr_in($port, inet_aton('127.0.0.1'));
my ($in, $out, $rbits, %sock) = ('', '', '');
my ($sent, $acked, $came, $reported, $window, $mark, $mark_at, $best, $limited) = (0, 0, 0, 0, 65536, 0, 0, 9, 0);
vec($rbits, 0, 1) = 1;
for my $h (\\*STDIN, \\*STDOUT) { binmode $h; fcntl($h, F_SETFL, fcntl($h, F_GETFL, 0) | O_NONBLOCK) }
for my $n (@numbers) {
  my $s; socket($s, PF_INET, SOCK_DGRAM, 0) && bind($s, pack_sockaddr_in(0, inet_aton('127.0.0.1'))) && connect($s, $wg) or die "$!\\n";
  setsockopt($s, SOL_SOCKET, SO_RCVBUF, 131072);
  fcntl($s, F_SETFL, O_NONBLOCK);
  vec($rbits, fileno $s, 1) = 1;
  $sock{$n} = $s;
}
$out = join(' ', map { (unpack_sockaddr_in(getsockname $sock{$_}))[0] } @numbers) . "\\n";
sub now { (POSIX::times())[0] / 100 }
sub frame { $out .= pack('nn', length $_[1], $_[0]) . $_[1]; $sent += 4 + length $_[1] }
sub ack {
  my $ahead = ($_[0] - $acked) & 0xffffffff;
  return if $ahead >= 0x80000000 || $acked + $ahead > $sent;
  $acked += $ahead;
  return if !$mark || $acked < $mark;
  my $took = now() - $mark_at; $mark = 0; $best = $took if $took < $best;
  if ($took > $best + 0.1) { $window *= ($best + 0.1) / $took; $window = 32768 if $window < 32768 }
  elsif ($limited && $window < 2097152) { $window *= 1.5 }
  $limited = 0;
}
for (;;) {
  my ($w, $over) = ('', $sent - $acked > $window);
  vec($w, 1, 1) = 1 if length $out;
  $limited = 1 if $over;
  my $full = length $out || $over;
  my $r = $full ? "\\1" : $rbits;
  select($r, $w, undef, undef) < 0 and next;
  if (vec($r, 0, 1)) {
    my $got = sysread STDIN, $in, 262144, length $in;
    exit if defined $got ? !$got : !$!{EAGAIN} && !$!{EINTR};
    $came += $got // 0;
    my $at = 0;
    while (length($in) - $at >= 4) {
      my ($len, $n) = unpack 'nn', substr $in, $at, 4;
      last if length($in) - $at - 4 < $len;
      my $data = substr $in, $at + 4, $len; $at += 4 + $len;
      if ($n == 65535) { ack(unpack 'N', $data) if $len == 4 } elsif ($sock{$n}) { send $sock{$n}, $data, 0 }
    }
    substr($in, 0, $at) = '';
    if ($came - $reported > 16384) { $reported = $came; frame(65535, pack 'N', $came & 0xffffffff) }
  }
  unless ($full) {
    for my $n (@numbers) {
      next unless vec $r, fileno $sock{$n}, 1;
      for (1 .. 64) { defined recv $sock{$n}, my $d, 65535, 0 or last; frame($n, $d) }
    }
    ($mark, $mark_at) = ($sent, now()) if !$mark && $sent - $acked > 16384;
  }
  if (length $out) { my $put = syswrite STDOUT, $out; substr($out, 0, $put) = '' if $put; exit if !defined $put && !$!{EAGAIN} && !$!{EINTR} }
}
`;

/** The same for hosts without Perl. Python 3.6 is enough. */
export const RELAY_PYTHON = `
import os, select, socket, struct, sys, time
port, numbers = int(sys.argv[1]), [int(word) for word in sys.argv[2:]]
sent = acked = came = reported = mark = mark_at = limited = 0
window, best = 65536, 9
taken, out, ways, fds, poll = bytearray(), bytearray(), {}, {}, select.poll()
for fd in (0, 1): os.set_blocking(fd, False)
poll.register(0, select.POLLIN)
for n in numbers:
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(('127.0.0.1', 0)); s.connect(('127.0.0.1', port)); s.setblocking(False)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 131072)
    ways[n] = s; fds[s.fileno()] = n; poll.register(s, select.POLLIN)
out.extend((' '.join(str(ways[n].getsockname()[1]) for n in numbers) + '\\n').encode())
def frame(n, data):
    global sent
    out.extend(struct.pack('!HH', len(data), n)); out.extend(data); sent += 4 + len(data)
def ack(total):
    global acked, mark, best, window, limited
    ahead = (total - acked) % 2 ** 32
    if ahead >= 2 ** 31 or acked + ahead > sent: return
    acked += ahead
    if not mark or acked < mark: return
    took = time.monotonic() - mark_at; mark = 0; best = min(best, took)
    if took > best + .1: window = max(window * (best + .1) / took, 32768)
    elif limited and window < 2097152: window *= 1.5
    limited = 0
while True:
    over = sent - acked > window
    if over: limited = 1
    if out or over:
        few = select.poll(); few.register(0, select.POLLIN)
        if out: few.register(1, select.POLLOUT)
        ready = few.poll()
    else: ready = poll.poll()
    for fd, _ in ready:
        if fd == 0:
            try: got = os.read(0, 262144)
            except BlockingIOError: continue
            if not got: sys.exit()
            taken += got; at = 0; came += len(got)
            while len(taken) - at >= 4:
                length, n = struct.unpack_from('!HH', taken, at)
                if len(taken) - at - 4 < length: break
                data = bytes(taken[at + 4:at + 4 + length]); at += 4 + length
                if n == 65535:
                    if length == 4: ack(struct.unpack('!I', data)[0])
                elif n in ways:
                    try: ways[n].send(data)
                    except OSError: pass
            del taken[:at]
            if came - reported > 16384: reported = came; frame(65535, struct.pack('!I', came % 2 ** 32))
        elif fd in fds:
            try:
                for _ in range(64): frame(fds[fd], ways[fds[fd]].recv(65535))
            except OSError: pass
    if not mark and sent - acked > 16384: mark, mark_at = sent, time.monotonic()
    if out:
        try: del out[:os.write(1, out)]
        except BlockingIOError: pass
`;
