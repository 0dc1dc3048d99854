#pragma once
#include "../../.native/include/duckdb.h"
