/* How much network fits beside the gateway (platform/lwip/lwipopts.h says what each is). */
#pragma once

#define NETWORK_CONNECTIONS 12
#define NETWORK_LISTENERS 2
#define NETWORK_NAMES 4
#define NETWORK_FRAMES 8
/* Four clients, two that are being closed, four that linger (lwipopts.h). */
#define NETWORK_SENDERS 10
