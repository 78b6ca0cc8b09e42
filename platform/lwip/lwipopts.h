/* lwIP as the gateway uses it: one loop, the raw API, every byte counted before it runs. What lwIP
 * may take is a function of the few numbers in the board's network_limits.h; each of them is also
 * the limit of the loop beside it (event_loop.hpp), so that neither can promise what the other does
 * not have.
 *
 *   NETWORK_CONNECTIONS   of the engine: clients, upstreams and lookups together
 *   NETWORK_LISTENERS     listening sockets
 *   NETWORK_NAMES         names being looked up at a time
 *   NETWORK_FRAMES        frames that may be between the wire and the loop
 *   NETWORK_WINDOW_BYTES  what may be under way to us on a connection (default: two segments)
 *   NETWORK_SEND_BYTES    what may be under way from us on a connection (default: two segments)
 *   NETWORK_SENDERS       connections for which that is kept at a time (default: all)
 */
#pragma once

#include <network_limits.h>

#define NETWORK_SEGMENT_BYTES 1460 /* Ethernet's 1500 without the headers of IPv4 and TCP. */
#ifndef NETWORK_WINDOW_BYTES
#define NETWORK_WINDOW_BYTES (2 * NETWORK_SEGMENT_BYTES)
#endif
#ifndef NETWORK_SEND_BYTES
#define NETWORK_SEND_BYTES (2 * NETWORK_SEGMENT_BYTES)
#endif
/* Clients that are between their first segment and the loop, per listener. */
#define NETWORK_BACKLOG 8
/* Connections that have said everything and wait for the peer's end. */
#define NETWORK_LINGERING 4
#ifndef NETWORK_SENDERS
#define NETWORK_SENDERS (NETWORK_CONNECTIONS + NETWORK_LINGERING)
#endif

/* --- One loop, no operating system ----------------------------------------------------------- */

#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0 /* Only the loop calls lwIP; an interrupt must not. */
#define LWIP_NETCONN 0
#define LWIP_SOCKET 0
#define LWIP_SINGLE_NETIF 1
#define LWIP_NETIF_HOSTNAME 1

/* --- Protocols: IPv4, TCP, and UDP for names, time and our own address ------------------------ */

#define LWIP_IPV4 1
#define LWIP_IPV6 0
#define LWIP_RAW 0
#define LWIP_UDP 1
#define LWIP_TCP 1
#define LWIP_DHCP 1
#define LWIP_DHCP_DOES_ACD_CHECK 0 /* The server has checked; ten seconds sooner up. */
#define LWIP_DNS 1
/* A datagram in pieces is memory that a stranger makes us keep; TCP sends none. */
#define IP_REASSEMBLY 0
#define IP_FRAG 0
#define IP_OPTIONS_ALLOWED 0 /* Source routes and the like. */
#define LWIP_ICMP 1

/* --- TCP -------------------------------------------------------------------------------------- */

#define TCP_MSS NETWORK_SEGMENT_BYTES
#define TCP_WND NETWORK_WINDOW_BYTES
#define TCP_SND_BUF NETWORK_SEND_BYTES
/* Pieces that may be under way on a connection: the engine's windows have up to four. */
#define TCP_SND_QUEUELEN (4 * TCP_SND_BUF / TCP_MSS)
/* Room for more bytes in a piece would be memory that no count sees. */
#define TCP_OVERSIZE 0
/* What arrives out of order is kept while there is room: freed first when frames run short. */
#define TCP_QUEUE_OOSEQ 1
#define TCP_OOSEQ_MAX_BYTES TCP_WND
#define TCP_OOSEQ_MAX_PBUFS 2
#define TCP_LISTEN_BACKLOG 1
#define LWIP_TCP_KEEPALIVE 1
#define TCP_SYNMAXRTX 4
/* As OpenBSD does: whoever cannot see our segments does not guess a number of ours. */
#define LWIP_HOOK_TCP_ISN(local_address, local_port, remote_address, remote_port) \
  postern_lwip_random()
#define LWIP_RANDOMIZE_INITIAL_LOCAL_PORTS 1

/* --- Names ------------------------------------------------------------------------------------ */

/* The engine's, and the time server's. */
#define DNS_TABLE_SIZE (NETWORK_NAMES + 1)
#define DNS_MAX_REQUESTS DNS_TABLE_SIZE
/* With the random transaction that is lwIP's default, and a port of its own for each question. */
#define DNS_MAX_RETRIES 4

/* --- Memory: pools and one heap, all static ----------------------------------------------------
 */

#define MEM_LIBC_MALLOC 0
#define MEMP_MEM_MALLOC 0
#define MEM_ALIGNMENT __SIZEOF_POINTER__

/* Clients that the loop has not met yet, and connections that only wait for their end, have PCBs,
 * too; what lwIP itself keeps (TIME-WAIT) gives way when PCBs run short. */
#define MEMP_NUM_TCP_PCB \
  (NETWORK_CONNECTIONS + NETWORK_LISTENERS * NETWORK_BACKLOG + NETWORK_LINGERING + 2)
#define MEMP_NUM_TCP_PCB_LISTEN NETWORK_LISTENERS
/* A connection that sends all it may leaves the others theirs. */
#define MEMP_NUM_TCP_SEG ((NETWORK_CONNECTIONS + NETWORK_LINGERING) * TCP_SND_QUEUELEN)
/* DHCP, the time server, and one for each question about a name. */
#define MEMP_NUM_UDP_PCB (2 + DNS_MAX_REQUESTS)
#define MEMP_NUM_PBUF 4

/* What arrives goes from the frame into the connection's own window at once (connection.hpp), so
 * that frames are short only as long as a turn takes. */
#define PBUF_POOL_SIZE NETWORK_FRAMES

/* What is sent is copied to the heap until the peer has it: bytes, and what a piece costs beside
 * them (56 for headers, a pbuf, the heap's own). Whoever never acknowledges keeps his part until
 * the engine or the loop (lingering.hpp) gives up on him: NETWORK_SENDERS counts those who might,
 * which are clients. The rest is for peers that do, a segment at a time if must be, and for the
 * answers that lwIP gives by itself. */
#define NETWORK_PIECE_BYTES (64 + 4 * __SIZEOF_POINTER__)
#define MEM_SIZE \
  (NETWORK_SENDERS * (TCP_SND_BUF + TCP_SND_QUEUELEN * NETWORK_PIECE_BYTES) + 2 * 1600)

/* --- Numbers for those who watch ----------------------------------------------------------------
 */

#define LWIP_STATS 1
#define MEM_STATS 1
#define MEMP_STATS 1
#define LINK_STATS 0
#define ETHARP_STATS 0
#define IP_STATS 0
#define ICMP_STATS 0
#define UDP_STATS 0
#define TCP_STATS 0
