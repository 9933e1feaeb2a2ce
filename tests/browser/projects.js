// Makes the projects that the report is tried with: the shop, one with counts, one made of hostile names and sources.
// Usage: node projects.js FOLDER
'use strict';
const fs = require('fs');
const path = require('path');
const out = process.argv[2];
const put = (file, text) => {
  fs.mkdirSync(path.dirname(path.join(out, file)), { recursive: true });
  fs.writeFileSync(path.join(out, file), text);
};

fs.cpSync('examples/shop', path.join(out, 'shop'), { recursive: true });
fs.rmSync(path.join(out, 'shop/.coverdict.yml'), { force: true });
// The folder is the top of its own repository: no search for a root leaves it.
for (const project of ['shop', 'counts', 'hostile']) {
  put(`${project}/.git/HEAD`, 'ref: refs/heads/main\n');
  fs.mkdirSync(path.join(out, project, '.git/objects'), { recursive: true });
  fs.mkdirSync(path.join(out, project, '.git/refs'), { recursive: true });
}

// Counts, partial lines, several blocks on a line, a long file, two inputs.
const lines = ['package counts', '', '// Sum adds up what is left.', 'func Sum(values []int) (sum int) {', '\tfor _, value := range values {',
  '\t\tif value < 0 { continue }', '\t\tsum += value', '\t}', '\treturn sum', '}'];
let profile = 'mode: count\nc/sum.go:4.34,5.32 1 12\nc/sum.go:9.2,9.12 1 12\nc/sum.go:5.32,6.16 1 40231\nc/sum.go:7.3,7.15 1 1234567\nc/sum.go:6.16,6.28 1 0\n';
put('counts/go.mod', 'module c\n\ngo 1.26\n');
put('counts/sum.go', lines.join('\n') + '\n');
const long = ['package long', ''];
for (let one = 0; one < 400; one++) {
  const at = long.length + 1;
  const name = `Step${one}`;
  long.push(`func ${name}(a int) int {`, `\treturn a + ${one} // ${'step '.repeat(one % 40)}`, '}', '');
  profile += `c/long/long.go:${at}.${long[at - 1].length},${at + 2}.2 1 ${one % 7 === 3 ? 0 : one}\n`;
}
put('counts/long/long.go', long.join('\n'));
put('counts/cover.out', profile);

// What a Go build accepts as a name, and what a source can hold.
const names = ['a"b.go', "a'b.go", 'a<b>&c.go', 'a%0Ab.go', 'a::b.go', 'a,b=c.go', 'a\u0001b.go', ']]>.go', 'a;b|c#d*e f.go', 'a\\b.go', 'a\u202eog.b.go',
  'größe_日本.go', '=1+1.go', 'a?b.go', 'con.go', 'X.go', 'x.go', '<img src=x onerror=alert(1)>.go', 'javascript:alert(1).go', 'n'.repeat(240) + '.go'];
const source = Buffer.concat([
  Buffer.from('package h\n\n// </script><script>alert(1)</script> <img src=x onerror=alert(2)>\nfunc F() string {\n\treturn "</td></table><svg onload=alert(3)>" + `'),
  Buffer.from([0, 0xff, 0xe2, 0x80, 0xae]),
  Buffer.from(' <!-- ]]> {{ 7 * 7 }} ${1} </title></textarea><iframe srcdoc=x>`\n}\n// ' + 'long '.repeat(20000) + '\n'),
]);
put('hostile/go.mod', 'module h\n\ngo 1.26\n');
let hostile = 'mode: count\n';
for (const name of names) {
  put('hostile/' + name, source);
  hostile += `h/${name}:4.17,6.2 1 ${names.indexOf(name) % 2}\n`;
}
put('hostile/cover.out', hostile);
