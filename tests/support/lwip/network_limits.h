/* The network of the tests, whose peers live on the same stack: twice what one gateway needs. */
#pragma once

#define NETWORK_CONNECTIONS 20
#define NETWORK_LISTENERS 4
#define NETWORK_NAMES 4
#define NETWORK_FRAMES 32
