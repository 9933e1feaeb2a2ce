package bare

const C = 1
