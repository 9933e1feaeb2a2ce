package setup

import _ "example.com/log/nowhere"
