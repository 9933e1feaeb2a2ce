//go:build ignore

// Prints the functions of Go files as go/parser and cmd/cover see them, and which lines hold code, in the form of `dump-blocks funcs`. Reads file
// names from standard input; a file that does not parse gets a line `broken`.
package main

import (
	"bufio"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"os"
	"strings"
)

func main() {
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	names := bufio.NewScanner(os.Stdin)
	for names.Scan() {
		fmt.Fprintf(out, "%s:\n", names.Text())
		files := token.NewFileSet()
		source, err := os.ReadFile(names.Text())
		if err != nil {
			panic(err)
		}
		file, err := parser.ParseFile(files, names.Text(), source, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			fmt.Fprintln(out, "broken")
			continue
		}
		ast.Inspect(file, func(node ast.Node) bool {
			switch node := node.(type) {
			case *ast.FuncDecl:
				if node.Body != nil {
					show(out, files, source, node, node.Type, node.Body, "declared", node.Name.Name, meta(node))
				}
				return false
			case *ast.FuncLit:
				place := files.Position(node.Pos())
				name := fmt.Sprintf("func.L%d.C%d", place.Line, place.Column)
				show(out, files, source, node, node.Type, node.Body, "literal", "-", name)
				return false
			}
			return true
		})
		count, digest := codeLines(source)
		fmt.Fprintf(out, "generated %v code lines %d %d\n", ast.IsGenerated(file), count, digest)
	}
}

// codeLines counts the lines with code and makes a digest of their numbers.
func codeLines(source []byte) (count int, digest uint64) {
	var reader scanner.Scanner
	file := token.NewFileSet().AddFile("", -1, len(source))
	reader.Init(file, source, nil, 0)
	last := 0
	for {
		pos, kind, literal := reader.Scan()
		switch kind {
		case token.EOF:
			return
		case token.LBRACE, token.RBRACE, token.LPAREN, token.RPAREN, token.LBRACK, token.RBRACK, token.COMMA, token.SEMICOLON:
			continue
		}
		line := file.PositionFor(pos, false).Line
		for number, text := range strings.Split(literal, "\n") {
			if number > 0 && strings.TrimSpace(text) == "" || line+number <= last {
				continue
			}
			last = line + number
			count++
			digest = digest*1000003 ^ uint64(last)
		}
	}
}

func show(out *bufio.Writer, files *token.FileSet, source []byte, node ast.Node, kind *ast.FuncType, body *ast.BlockStmt, literal, bare, meta string) {
	at := func(pos token.Pos) string {
		place := files.PositionFor(pos, false)
		return fmt.Sprintf("%d.%d", place.Line, place.Column)
	}
	start, end := kind.Params.Pos(), kind.Params.End()
	if kind.Results != nil {
		end = kind.Results.End()
	}
	offset := func(pos token.Pos) int { return files.PositionFor(pos, false).Offset }
	squeezed := squeeze(source[offset(start):offset(end)])
	fmt.Fprintf(out, "%s,%s %s %d %s %s %s %d %s\n", at(node.Pos()), at(body.End()), at(body.Pos()),
		files.Position(node.Pos()).Line, literal, bare, meta, complexity(body), squeezed)
}

// squeeze leaves the tokens without white space, comments, semicolons and commas before a closing parenthesis.
func squeeze(source []byte) string {
	var reader scanner.Scanner
	file := token.NewFileSet().AddFile("", -1, len(source))
	reader.Init(file, source, nil, 0)
	var text strings.Builder
	for {
		pos, kind, literal := reader.Scan()
		switch {
		case kind == token.EOF:
			return strings.ReplaceAll(text.String(), ",)", ")")
		case kind == token.SEMICOLON:
		case strings.HasPrefix(literal, "`"):
			// The literal lacks the carriage returns of the source, and its lines would break ours.
			quoted, _, _ := strings.Cut(string(source[file.Offset(pos)+1:]), "`")
			text.WriteString("`" + strings.Join(strings.Fields(quoted), "") + "`")
		case literal != "":
			text.WriteString(strings.Join(strings.Fields(literal), ""))
		default:
			text.WriteString(kind.String())
		}
	}
}

func meta(decl *ast.FuncDecl) string {
	name := decl.Name.Name
	if decl.Recv == nil || len(decl.Recv.List) != 1 {
		return name
	}
	kind, star := decl.Recv.List[0].Type, ""
	if pointer, ok := kind.(*ast.StarExpr); ok {
		kind, star = pointer.X, "*"
	}
	if base, ok := kind.(*ast.Ident); ok {
		return star + base.Name + "." + name
	}
	return name
}

func complexity(body *ast.BlockStmt) int {
	count := 1
	ast.Inspect(body, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.IfStmt, *ast.ForStmt, *ast.RangeStmt:
			count++
		case *ast.CaseClause:
			if node.List != nil {
				count++
			}
		case *ast.CommClause:
			if node.Comm != nil {
				count++
			}
		case *ast.BinaryExpr:
			if node.Op == token.LAND || node.Op == token.LOR {
				count++
			}
		}
		return true
	})
	return count
}
