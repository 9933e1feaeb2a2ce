// Makes the projects that the report is tried with: the shop, one with counts, one made of hostile names and sources.
// Usage: node projects.js FOLDER BINARY
'use strict';
const { execFileSync } = require('child_process');
const fs = require('fs');
const path = require('path');
const [out, binary] = process.argv.slice(2);
// Where Go up to 1.26 would put blocks.
const blocks = (file) => execFileSync(binary, ['dump', path.join(out, file), '--rules', 'A'], { encoding: 'utf8' }).trim().split('\n').sort((a, b) => parseFloat(a) - parseFloat(b));
const put = (file, text) => {
  fs.mkdirSync(path.dirname(path.join(out, file)), { recursive: true });
  fs.writeFileSync(path.join(out, file), text);
};

fs.cpSync('examples/shop', path.join(out, 'shop'), { recursive: true });
fs.rmSync(path.join(out, 'shop/.coverdict.yml'), { force: true });
fs.cpSync(path.join(out, 'shop'), path.join(out, 'change'), { recursive: true });
// Order.Refund is new.
const order = fs.readFileSync(path.join(out, 'shop/store/order.go'), 'utf8').split('\n');
const added = order.slice(62, 76);
put('change/change.diff', `--- a/store/order.go\n+++ b/store/order.go\n@@ -62,0 +63,${added.length} @@\n${added.map((line) => '+' + line).join('\n')}\n`);
put('change/CODEOWNERS', '* @shop/core\n/store/ @shop/store\n/price/ @shop/store @shop/core\n*_names.go\n');
put('hostile/.gitlab/CODEOWNERS', '* @a<b>&c "me\'@x.org <img>@x.org\n[More]\nx.go @' + 'n'.repeat(240) + '\n');
// A baseline that covered more.
require('./baseline.js').make({ out, put, blocks });
// The folder is the top of its own repository: no search for a root leaves it.
for (const project of ['shop', 'counts', 'hostile', 'change', 'baseline']) {
  put(`${project}/.git/HEAD`, 'ref: refs/heads/main\n');
  fs.mkdirSync(path.join(out, project, '.git/objects'), { recursive: true });
  fs.mkdirSync(path.join(out, project, '.git/refs'), { recursive: true });
}

// Counts, partial lines, several blocks on a line, a long file, two inputs.
const lines = ['package counts', '', '// Sum adds up what is left.', 'func Sum(values []int) (sum int) {', '\tfor _, value := range values {',
  '\t\tif value < 0 { continue }', '\t\tsum += value', '\t}', '\treturn sum', '}'];
let profile = 'mode: count\n';
put('counts/go.mod', 'module c\n\ngo 1.26\n');
put('counts/sum.go', lines.join('\n') + '\n');
const counts = { '4.': 12, '5.': 40231, '6.': 0, '7.': 1234567, '9.': 12 };
for (const block of blocks('counts/sum.go')) profile += `c/sum.go:${block} ${counts[block.slice(0, 2)]}\n`;
const long = ['package long', ''];
for (let one = 0; one < 400; one++) {
  const name = `Step${one}`;
  long.push(`func ${name}(a int) int {`, `\treturn a + ${one} // ${'step '.repeat(one % 40)}`, '}', '');
}
put('counts/long/long.go', long.join('\n'));
blocks('counts/long/long.go').forEach((block, at) => { profile += `c/long/long.go:${block} ${at % 7 === 3 ? 0 : at}\n`; });
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
