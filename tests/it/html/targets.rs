//! Where pages go: folders, archives, one file; what stays, what is removed, what is refused; templates.

use std::io::Read as _;

use super::Site;
use crate::case::Case;

#[test]
fn the_same_bytes_every_time_and_in_every_folder() {
    let case = Case::shop();
    case.run("report cover.out -o html=a -o html=b -o html=c.zip -o html-single=d.html").exits(0);
    case.run_program("report cover.out -o html=a -o html=e.zip -o html-single=f.html").exits(0);
    assert_eq!(Site::of(&case, "a").pages, Site::of(&case, "b").pages);
    let other = Case::shop();
    other.run_program("report cover.out -o html=x").exits(0);
    assert_eq!(Site::of(&other, "x").pages, Site::of(&case, "a").pages);
    let bytes = |path: &str| fs_err::read(case.path(path)).expect("a file");
    assert!(bytes("c.zip") == bytes("e.zip") && bytes("d.html") == bytes("f.html"));
}

#[test]
fn an_archive_holds_the_same_pages() {
    let case = Case::shop();
    case.run("report cover.out -o html=a -o html=deep/b.zip").exits(0);
    let mut pages = Site::of(&case, "a").pages;
    assert!(pages.remove("coverdict-html.json").is_some());
    let mut archive = zip::ZipArchive::new(fs_err::File::open(case.path("deep/b.zip")).expect("a file"))
        .expect("an archive");
    assert_eq!(archive.len(), pages.len());
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).expect("an entry");
        let (mut text, name) = (String::new(), file.name().expect("a name").into_owned());
        file.read_to_string(&mut text).expect("text");
        assert_eq!(Some(&text), pages.get(&name), "{name}");
    }
}

#[test]
fn one_file_holds_all_pages_and_loads_nothing() {
    let case = Case::shop();
    case.run("report cover.out -o html=a -o html-single=b.html").exits(0);
    let single = case.read("b.html");
    let tags = super::tags(&single);
    assert!(!tags.iter().any(|tag| tag.name == "link" || (tag.name == "script" && tag.get("src").is_some())));
    let packed: Vec<&str> = tags.iter().filter_map(|tag| tag.get("data-page")).collect();
    let site = Site::of(&case, "a");
    for (path, _) in site.html() {
        assert!(packed.contains(&path), "{path}");
    }
    assert_eq!(case.run("report cover.out -o html-single").exits(0).bytes, single.into_bytes());
}

#[test]
fn a_second_run_removes_its_own_pages_and_nothing_else() {
    let case = Case::shop();
    case.run("report cover.out -o html=out").exits(0);
    case.put("out/mine.txt", "mine");
    case.put("out/files/store/notes.md", "mine too");
    assert!(case.path("out/files/price/price.go.html").exists());
    case.run("report cover.out -o html=out --exclude price/...").exits(0);
    assert!(!case.path("out/files/price").exists(), "the page and its empty folder are gone");
    assert_eq!(
        (case.read("out/mine.txt"), case.read("out/files/store/notes.md")),
        ("mine".to_owned(), "mine too".to_owned())
    );
    assert!(!case.files().iter().any(|file| file.contains(".coverdict-")), "{:?}", case.files());
    case.run("report cover.out -o html=fresh --exclude price/...").exits(0);
    let mut site = Site::of(&case, "out");
    site.pages.remove("mine.txt");
    site.pages.remove("files/store/notes.md");
    assert_eq!(site.pages, Site::of(&case, "fresh").pages);
}

/// Folders that the target does not have move there whole; those that it has keep what is in them.
#[test]
fn a_first_report_goes_in_between_what_is_there() {
    let (notes, style) = ("files/store/notes.md", "assets/mine.css");
    let case = Case::shop().file(&format!("out/{notes}"), "mine").file(&format!("out/{style}"), "mine too");
    case.run("report cover.out -o html=out -o html=fresh").exits(0);
    let mut site = Site::of(&case, "out");
    assert_eq!(site.pages.remove(notes).as_deref(), Some("mine"));
    assert_eq!(site.pages.remove(style).as_deref(), Some("mine too"));
    assert_eq!(site.pages, Site::of(&case, "fresh").pages);
    assert!(!case.files().iter().any(|file| file.contains(".coverdict-")), "{:?}", case.files());
}

/// A page that says the same is left alone; one that was edited by hand, even to the same length, is ours again.
#[test]
fn a_second_run_replaces_what_differs_and_leaves_the_rest() {
    let case = Case::shop();
    case.run("report cover.out -o html=out").exits(0);
    let pages = Site::of(&case, "out").pages;
    let written =
        |path: &str| fs_err::metadata(case.path(path)).and_then(|facts| facts.modified()).expect("a time");
    let edited = case.read("out/files.html").replacen("</html>", "</HTML>", 1);
    assert_ne!(edited, pages["files.html"]);
    case.put("out/files.html", &edited);
    case.put("out/packages.html", "cut");
    fs_err::remove_file(case.path("out/health.html")).expect("removed");
    let (same, manifest) = (written("out/index.html"), written("out/coverdict-html.json"));
    std::thread::sleep(std::time::Duration::from_millis(20));
    case.run("report cover.out -o html=out").exits(0);
    assert_eq!(Site::of(&case, "out").pages, pages);
    assert_eq!(written("out/index.html"), same);
    assert!(written("out/coverdict-html.json") > manifest);
    assert!(!case.files().iter().any(|file| file.contains(".coverdict-")), "{:?}", case.files());
}

#[test]
fn a_file_of_somebody_else_is_never_replaced() {
    for path in ["out/index.html", "out/files/store/order.go.html", "out/coverdict-html.json", "out/assets"] {
        let case = Case::shop().file(path, "mine");
        let name = path.strip_prefix("out/").expect("in out");
        case.run("report cover.out -o html=out").exits(5).says("error: cannot write out: ").says(name);
        assert_eq!(case.read(path), "mine");
        let left: Vec<String> = case.files().into_iter().filter(|file| file.starts_with("out/")).collect();
        assert_eq!(left, [path], "nothing was begun");
    }
}

#[test]
fn a_manifest_that_was_tampered_with_removes_nothing_outside() {
    let case = Case::shop().file("victim.txt", "v").file("else/files/x.html", "v");
    case.run("report cover.out -o html=out").exits(0);
    let names = r#"["../victim.txt","/etc/hostname","a/../../victim.txt",".hidden","else/x","files/x.html"]"#;
    case.put("out/.hidden", "v");
    case.put("out/coverdict-html.json", format!("{{\"schema\":\"coverdict/html/1\",\"files\":{names}}}"));
    #[cfg(unix)]
    {
        fs_err::remove_dir_all(case.path("out/files")).expect("removed");
        std::os::unix::fs::symlink(case.path("else/files"), case.path("out/files")).expect("a link");
        case.run("report cover.out -o html=out").exits(5).says("files");
        assert_eq!(case.read("else/files/x.html"), "v");
    }
    assert_eq!((case.read("victim.txt"), case.read("out/.hidden")), ("v".to_owned(), "v".to_owned()));
}

#[test]
fn no_other_output_takes_the_place_of_a_page() {
    for (folder, other, shown) in [
        (
            "html=out",
            "html-single=out/index.html",
            "html and html-single cannot both be written to out/index.html",
        ),
        (
            "html=out/",
            "json=./out/files/a.json",
            "html and json cannot both be written to ./out/files/a.json",
        ),
        (
            "html=out",
            "csv=out/coverdict-html.json",
            "html and csv cannot both be written to out/coverdict-html.json",
        ),
        ("html=out", "html=out/assets", "html and html cannot both be written to out/assets"),
    ] {
        let case = Case::tiny();
        let before = case.files();
        case.run(&format!("report cover.out -o {folder} -o {other}")).exits(2).says(shown);
        case.run(&format!("report cover.out -o {other} -o {folder}")).exits(2);
        assert_eq!(case.files(), before, "{other}");
    }
    let beside = Case::tiny();
    beside
        .run("report cover.out -o html=out -o json=out/coverdict.json -o html-single=out/one.html -o html=out.zip -o csv=index.html")
        .exits(0);
    beside.run("report cover.out -o html=out").exits(0);
    assert!(beside.path("out/one.html").exists() && beside.path("out/coverdict.json").exists());
}

/// Every page of a report is known to be one before it is written.
#[test]
fn names_of_pages_are_known() {
    let site = super::baseline::shop();
    for path in site.pages.keys().filter(|path| *path != "coverdict-html.json") {
        let case = Case::tiny();
        case.run(&format!("report cover.out -o html=out -o csv=out/{path}"))
            .exits(2)
            .says("cannot both be written");
    }
}

/// A folder of the report that became a link leads to somebody else's files, however deep it is.
#[cfg(unix)]
#[test]
fn pages_are_not_written_through_a_link() {
    let case = Case::shop();
    case.run("report cover.out -o html=out").exits(0);
    fs_err::create_dir_all(case.path("else")).expect("a folder");
    fs_err::rename(case.path("out/files/cmd"), case.path("else/cmd")).expect("moved");
    std::os::unix::fs::symlink(case.path("else/cmd"), case.path("out/files/cmd")).expect("a link");
    case.put("else/cmd/shop/main.go.html", "mine");
    case.run("report cover.out -o html=out")
        .exits(5)
        .says("files/cmd in it was not written by an earlier report");
    assert_eq!(case.read("else/cmd/shop/main.go.html"), "mine");
}

/// The report of before stays as it was, to the last page, when one of the new pages cannot take its place.
#[test]
fn one_page_that_cannot_be_placed_leaves_all_as_it_was() {
    let case = Case::shop();
    case.run("report cover.out -o html=out").exits(0);
    let all = |case: &Case| -> Vec<(String, Option<String>)> {
        let files = case.files().into_iter().filter(|file| file.starts_with("out/"));
        files.map(|file| (file.clone(), fs_err::read_to_string(case.path(&file)).ok())).collect()
    };

    // Other counts make other pages.
    let change = |case: &Case| case.put("cover.out", case.read("cover.out").replace(" 0\n", " 7\n"));

    // A page that became a folder.
    fs_err::remove_file(case.path("out/files/price/price.go.html")).expect("removed");
    case.put("out/files/price/price.go.html/mine", "mine");
    change(&case);
    let before = all(&case);
    case.run("report cover.out -o html=out").exits(5).says("files/price/price.go.html");
    assert_eq!(all(&case), before);

    fs_err::remove_dir_all(case.path("out/files/price/price.go.html")).expect("removed");
    case.run("report cover.out -o html=out").exits(0);
    let other = Case::shop();
    change(&other);
    other.run("report cover.out -o html=out").exits(0);
    assert_eq!(Site::of(&case, "out").pages, Site::of(&other, "out").pages);
}

#[test]
fn targets_that_cannot_be_written_are_named_and_nothing_is_left() {
    let case = Case::tiny().file("file", "x");
    case.run("report cover.out -o html=file").exits(5).says("error: cannot write file: ");
    case.run("report cover.out -o html=file/below -o json=r.json")
        .exits(5)
        .says("error: cannot write file/below: ");
    assert!(case.path("r.json").exists(), "other outputs are written all the same");
    case.run("report cover.out -o html=/proc/nowhere/report")
        .exits(5)
        .says("error: cannot write /proc/nowhere/report: no such file or directory");
    case.run("report cover.out -o html-single=/dev/full").exits(5).says("no space left on device");
    case.run("report cover.out -o html").exits(2).says("needs a folder");
    case.run("report cover.out -o html=-").exits(2).prints_nothing();
    assert_eq!(case.files(), ["a.go", "cover.out", "file", "go.mod", "r.json"]);
}

/// A full disk: no file may be longer than two blocks of 512 bytes.
#[cfg(unix)]
#[test]
fn a_disk_that_is_full_leaves_the_old_report() {
    let case = Case::shop();
    case.run("report cover.out -o html=out").exits(0);
    let old = Site::of(&case, "out").pages;
    let program = env!("CARGO_BIN_EXE_coverdict");
    let script = format!(
        "trap '' XFSZ; ulimit -f 2; exec {program} report cover.out -o html=out -o html=new --exclude price/..."
    );
    let output = std::process::Command::new("sh")
        .args(["-c", &script])
        .current_dir(case.root())
        .output()
        .expect("a shell");
    assert_eq!(output.status.code(), Some(5), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stderr).contains("error: cannot write out: "));
    assert_eq!(Site::of(&case, "out").pages, old);
    assert!(!case.path("new").exists());

    let script = format!(
        "trap '' XFSZ; ulimit -f 0; exec {program} report cover.out -o lcov=fresh/deep/r.info -o html-single=r.html"
    );
    let output = std::process::Command::new("sh").args(["-c", &script]).current_dir(case.root()).output();
    assert_eq!(output.expect("a shell").status.code(), Some(5));
    assert!(!case.path("fresh").exists() && !case.path("r.html").exists(), "nor the folders made for a file");

    let script = format!("trap '' XFSZ; ulimit -f 2; TMPDIR=tmp exec {program} view cover.out");
    fs_err::create_dir(case.path("tmp")).expect("a folder");
    let output = std::process::Command::new("sh").args(["-c", &script]).current_dir(case.root()).output();
    assert_eq!(output.expect("a shell").status.code(), Some(5));
    assert_eq!(fs_err::read_dir(case.path("tmp")).expect("a folder").count(), 0, "view leaves nothing");
}

/// Pages are written from all cores while the interrupt comes.
#[cfg(unix)]
#[test]
fn an_interrupt_leaves_the_old_report_or_nothing() {
    let case = super::project::generated(40, 10);
    let before = case.files();
    for _ in 0..5 {
        let mut child = case.program("report cover.out -o html=new/out").spawn().expect("the program starts");
        while !case
            .files()
            .iter()
            .any(|file| file.starts_with("new/out/.coverdict-") && file.contains("/files/"))
        {
            assert!(child.try_wait().expect("it can be asked").is_none(), "too fast to be interrupted");
        }
        let kill = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
        assert!(kill.expect("kill is there").success());
        assert_eq!(child.wait().expect("it ends").code(), Some(130));
        assert_eq!(case.files(), before);
    }
}

#[test]
fn templates_of_the_user_take_the_place_of_ours() {
    let case = Case::tiny().file("t/app.css", "body { color: red }\n").file(
        "t/health.html",
        "{% extends \"frame.html\" %}{% block main %}<h1>Ours: {{ mode }}</h1>{% endblock main %}",
    );
    case.run("report cover.out -o html=out --templates t").exits(0);
    assert!(case.read("out/health.html").contains("<h1>Ours: set</h1>"));
    let site = Site::of(&case, "out");
    let (name, text) = site
        .pages
        .iter()
        .find(|(name, _)| name.starts_with("assets/app.") && name.contains(".css"))
        .expect("a style");
    assert!(text == "body { color: red }\n" && site.page("index.html").contains(name.as_str()));
    // From the config, relative to it.
    let case = case.file(".coverdict.yml", "templates: t\n").folder("sub").within("sub");
    case.run("report ../cover.out -o html=out").exits(0);
    assert!(case.read("sub/out/health.html").contains("<h1>Ours: set</h1>"));
}

#[test]
fn a_broken_template_is_an_error_with_its_place() {
    let fault = |name: &str, text: &str| {
        let case = Case::tiny().file(&format!("t/{name}"), text);
        let outcome =
            case.run("report cover.out -o html=out -o json=r.json --templates t").exits(2).prints_nothing();
        assert!(!case.path("out").exists(), "nothing is left");
        outcome
    };
    fault("file.html", "<p>\n{% if x %}\n").says("error: t/file.html:3:");
    fault("file.html", "<p>\n  {{ x y }}").says("error: t/file.html:2:8: ");
    fault("health.html", "<p>\n  {{ nothing }}").says("error: t/health.html:2:6: ").says("nothing");
    fault("haelth.html", "").says("t/haelth.html replaces no template").says("templates: frame.html");
    fault("file.html", "{% extends \"base.html\" %}").says("base.html");
    Case::tiny()
        .run("report cover.out -o html=out --templates nowhere")
        .exits(2)
        .says("cannot read the templates: nowhere");
}

#[test]
fn view_writes_a_report_and_says_where() {
    let case = Case::tiny().folder("temp");
    let case = {
        let temp = case.path("temp");
        case.var("TMPDIR", temp.as_str())
    };
    let outcome = case.run("view cover.out").exits(0).says("no browser was found");
    let page = outcome.stdout().trim_end().replace("[ROOT]/", "");
    assert!(page.starts_with("temp/coverdict-view-") && page.ends_with("/index.html"), "{page}");
    assert!(case.read(&page).contains("50.0%"));
}

#[cfg(unix)]
#[test]
fn view_opens_the_browser_of_the_system() {
    use std::os::unix::fs::PermissionsExt as _;
    let case = Case::tiny()
        .folder("temp")
        .file("bin/xdg-open", "#!/bin/sh\nprintf '%s' \"$1\" > \"$(dirname \"$0\")/opened\"\n");
    fs_err::set_permissions(case.path("bin/xdg-open"), std::fs::Permissions::from_mode(0o755))
        .expect("a mode");
    let (temp, path) = (case.path("temp"), format!("{}:/usr/bin:/bin", case.path("bin")));
    let case = case.var("TMPDIR", temp.as_str()).var("PATH", &path).var("DISPLAY", ":0");
    let outcome = case.run("view cover.out").exits(0).says_not("no browser");
    if cfg!(target_os = "linux") {
        let page = outcome.stdout().trim_end().replace("[ROOT]", case.root().as_str());
        assert_eq!(case.read("bin/opened"), page);
    }
}
