//! The models' HTML as Markdown that rustdoc accepts: nothing in the text is taken for markup.

const WIDTH: usize = 110;

/// The documentation as lines.
pub fn from_html(html: &str) -> Vec<String> {
    let mut writer = Writer::default();
    let mut rest = html;
    while let Some(open) = rest.find('<') {
        writer.text(&rest[..open]);
        rest = &rest[open..];
        rest = match tag(rest) {
            Some((tag, after)) => {
                writer.tag(tag);
                after
            }
            None => {
                writer.text("<");
                &rest[1..]
            }
        };
    }
    writer.text(rest);
    writer.finish()
}

/// The text inside the tag that `html` begins with, and what follows the tag.
fn tag(html: &str) -> Option<(&str, &str)> {
    let inner = &html[1..];
    if !inner.trim_start_matches('/').starts_with(|first: char| first.is_ascii_alphabetic())
        && !inner.starts_with("!--")
    {
        return None;
    }
    let end = inner.find('>')?;
    Some((&inner[..end], &inner[end + 1..]))
}

#[derive(Default)]
struct Writer {
    lines: Vec<String>,
    /// The paragraph so far, on one line.
    paragraph: String,
    /// Numbers of the items of open lists; `None` in lists without numbers.
    lists: Vec<Option<usize>>,
    /// Whether the next paragraph begins an item.
    item: bool,
    /// The text inside `<code>`.
    code: Option<String>,
    /// Where an open link's text begins, and its address.
    link: Option<(usize, String)>,
    /// Where open emphases begin, and their marks.
    marks: Vec<(usize, &'static str)>,
    /// Inside an element that is not shown.
    hidden: bool,
}

impl Writer {
    fn text(&mut self, html: &str) {
        if self.hidden || html.is_empty() {
            return;
        }
        let text = entities(html);
        if let Some(code) = &mut self.code {
            code.push_str(&text);
            return;
        }
        for word in text.split_inclusive(char::is_whitespace) {
            let trimmed = word.trim_end();
            match trimmed.contains("://") && self.link.is_none() {
                true => self.address(trimmed),
                false => escape(&mut self.paragraph, trimmed),
            }
            if trimmed.len() < word.len() && !self.paragraph.ends_with(' ') && !self.paragraph.is_empty() {
                self.paragraph.push(' ');
            }
        }
    }

    /// A bare address; one that cannot be a link is shown as code.
    fn address(&mut self, text: &str) {
        let start = text.find("http").unwrap_or(0);
        let end = text.trim_end_matches(['.', ',', ';', ')', ':', '"', '\'']).len().max(start);
        escape(&mut self.paragraph, &text[..start]);
        let url = &text[start..end];
        match address(url) {
            Some(url) => self.paragraph.push_str(&format!("<{url}>")),
            None => self.paragraph.push_str(&code_span(url)),
        }
        escape(&mut self.paragraph, &text[end..]);
    }

    fn tag(&mut self, tag: &str) {
        let name: String = tag.chars().take_while(|c| *c == '/' || c.is_ascii_alphanumeric()).collect();
        let name = name.to_ascii_lowercase();
        if self.code.is_some() && !matches!(name.as_str(), "/code" | "/pre" | "pre") {
            return;
        }
        match name.as_str() {
            "fullname" => self.hidden = true,
            "/fullname" => self.hidden = false,
            "code" => self.code = Some(String::new()),
            "/code" => self.end_code(),
            "a" => self.link = href(tag).map(|url| (self.paragraph.len(), url)),
            "/a" => self.end_link(),
            "i" | "em" => self.marks.push((self.paragraph.len(), "*")),
            "b" | "strong" => self.marks.push((self.paragraph.len(), "**")),
            "/i" | "/em" | "/b" | "/strong" => self.end_mark(),
            "ul" => self.list(None),
            "ol" => self.list(Some(0)),
            "/ul" | "/ol" => {
                self.end_paragraph();
                self.lists.pop();
                self.blank();
            }
            "li" => {
                self.end_paragraph();
                self.item = true;
                if let Some(Some(number)) = self.lists.last_mut() {
                    *number += 1;
                }
            }
            "dt" => {
                self.end_paragraph();
                self.marks.push((0, "**"));
            }
            "/dt" => {
                self.end_mark();
                self.end_paragraph();
                self.blank();
            }
            "note" | "important" | "p" | "/p" | "/note" | "/important" | "/dd" | "br" | "dl" | "/dl" | "h1" | "h2"
            | "h3" | "h4" | "/h1" | "/h2" | "/h3" | "/h4" | "/li" | "div" | "/div" | "pre" | "/pre" => {
                self.end_paragraph();
                if !name.ends_with("li") {
                    self.blank();
                }
            }
            _ => {}
        }
    }

    fn list(&mut self, number: Option<usize>) {
        self.end_paragraph();
        if self.lists.is_empty() {
            self.blank();
        }
        self.lists.push(number);
    }

    fn end_code(&mut self) {
        let code = self.code.take().unwrap_or_default();
        let code = code.split_whitespace().collect::<Vec<_>>().join(" ");
        if code.is_empty() {
            return;
        }
        // A code span beside another would run together with it.
        if self.paragraph.ends_with('`') {
            self.paragraph.push(' ');
        }
        self.paragraph.push_str(&code_span(&code));
    }

    fn end_link(&mut self) {
        let Some((start, url)) = self.link.take() else { return };
        let text = self.paragraph.split_off(start.min(self.paragraph.len()));
        match text.trim() {
            "" => self.paragraph.push_str(&format!("<{url}>")),
            trimmed => self.paragraph.push_str(&format!("[{trimmed}]({url})")),
        }
        if text.ends_with(' ') {
            self.paragraph.push(' ');
        }
    }

    fn end_mark(&mut self) {
        let Some((start, mark)) = self.marks.pop() else { return };
        let text = self.paragraph.split_off(start.min(self.paragraph.len()));
        let trimmed = text.trim();
        // Marks that touch other marks or letters would not be taken for emphasis.
        let plain = trimmed.is_empty() || trimmed.contains('*') || self.paragraph.ends_with(['*', '_']);
        match plain {
            true => self.paragraph.push_str(trimmed),
            false => self.paragraph.push_str(&format!("{mark}{trimmed}{mark}")),
        }
        if text.ends_with(' ') {
            self.paragraph.push(' ');
        }
    }

    /// Writes the paragraph, broken into lines, as part of the open list's item if there is one.
    fn end_paragraph(&mut self) {
        self.link = None;
        self.marks.clear();
        let paragraph = std::mem::take(&mut self.paragraph);
        if paragraph.trim().is_empty() {
            return;
        }
        let depth = self.lists.len();
        let bullet = match self.lists.last() {
            Some(Some(number)) if self.item => format!("{number}. "),
            Some(None) if self.item => "- ".to_owned(),
            _ => String::new(),
        };
        let inner = " ".repeat(self.lists.iter().map(|list| if list.is_some() { 3 } else { 2 }).sum());
        let outer = &inner[..inner.len().saturating_sub(bullet.len())];
        if bullet.is_empty() && depth > 0 {
            self.blank();
        }
        let mut line = format!("{outer}{bullet}");
        let mut is_empty = true;
        for word in paragraph.split_whitespace() {
            if !is_empty && line.len() + 1 + word.len() > WIDTH {
                self.lines.push(std::mem::replace(&mut line, inner.clone()));
                is_empty = true;
            }
            if is_empty {
                guard_start(&mut line, word);
            } else {
                line.push(' ');
            }
            line.push_str(word);
            is_empty = false;
        }
        self.lines.push(line);
        self.item = false;
    }

    fn blank(&mut self) {
        if self.lines.last().is_some_and(|last| !last.is_empty()) {
            self.lines.push(String::new());
        }
    }

    fn finish(mut self) -> Vec<String> {
        if self.code.is_some() {
            self.end_code();
        }
        self.end_paragraph();
        while self.lines.last().is_some_and(String::is_empty) {
            self.lines.pop();
        }
        self.lines
    }
}

/// A word at the head of a line must not begin a heading, list or rule.
fn guard_start(line: &mut String, word: &str) {
    let digits = word.trim_start_matches(|c: char| c.is_ascii_digit());
    let numbers = digits.len() < word.len() && (digits == "." || digits == ")");
    if numbers {
        // Only punctuation can be escaped: a blank of no width stands before the number.
        line.push('\u{200b}');
    } else if word.starts_with(['#', '+', '-', '=', ':']) {
        line.push('\\');
    }
}

fn code_span(code: &str) -> String {
    match code.contains('`') {
        true => format!("`` {code} ``"),
        false => format!("`{code}`"),
    }
}

fn href(tag: &str) -> Option<String> {
    let after = &tag[tag.find("href=")? + 5..];
    let quote = after.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    address(after[1..].split(quote).next()?)
}

/// An address that Markdown takes whole.
fn address(url: &str) -> Option<String> {
    let url = entities(url.trim());
    let good = (url.starts_with("https://") || url.starts_with("http://"))
        && url
            .chars()
            .all(|c| c.is_ascii_graphic() && !matches!(c, '<' | '>' | '`' | '{' | '}' | '\\' | '[' | ']' | '*'));
    good.then(|| url.replace('(', "%28").replace(')', "%29"))
}

fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        if matches!(c, '\\' | '*' | '_' | '[' | ']' | '<' | '>' | '`' | '~' | '|') {
            out.push('\\');
        }
        out.push(c);
    }
}

fn entities(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let known = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&apos;", "'"), ("&nbsp;", " ")];
    known.iter().fold(text.to_owned(), |text, (entity, plain)| text.replace(entity, plain)).replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::from_html;

    fn text(html: &str) -> String {
        from_html(html).join("\n")
    }

    #[test]
    fn paragraphs_and_code() {
        assert_eq!(text("<p>Use <code>a&lt;b</code> now.</p> <p>Then\n  stop.</p>"), "Use `a<b` now.\n\nThen stop.");
        assert_eq!(text("<code>a`b</code>"), "`` a`b ``");
    }

    #[test]
    fn markup_in_text_is_escaped() {
        assert_eq!(text("<p>a[0] * b_c <= d</p>"), "a\\[0\\] \\* b\\_c \\<= d");
        assert_eq!(text("<p># one</p>"), "\\# one");
    }

    #[test]
    fn links() {
        assert_eq!(
            text(r#"See <a href="https://x.y/(z)">the <i>page</i></a>."#),
            "See [the *page*](https://x.y/%28z%29)."
        );
        assert_eq!(text(r#"See <a href="API_Foo.html">Foo</a>."#), "See Foo.");
        assert_eq!(text("At https://x.y/z, or s3://b."), "At <https://x.y/z>, or `s3://b`.");
        assert_eq!(text(r#"<a href="https://x.y"></a>"#), "<https://x.y>");
    }

    #[test]
    fn lists_nest() {
        let html = "<p>Of:</p><ul><li><p>one</p><p>more</p></li><li><p>two</p><ol><li>a</li><li>b</li></ol></li></ul><p>End</p>";
        assert_eq!(text(html), "Of:\n\n- one\n\n  more\n\n- two\n\n  1. a\n  2. b\n\nEnd");
    }

    #[test]
    fn emphasis_that_would_break_is_plain() {
        assert_eq!(text("<b>Note</b>: <i> x </i>y <b></b>"), "**Note**: *x* y");
        assert_eq!(text("<i>open"), "open");
    }
}
