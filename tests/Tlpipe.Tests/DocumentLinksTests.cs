// Everything that documents and comments refer to exists: files, headings, sections.
using System.Text.RegularExpressions;

namespace Tlpipe.Tests;

public sealed partial class DocumentLinksTests
{
    /// <summary>Documents that tlpipe writes beside results; comments that name them cite nothing.</summary>
    private static readonly string[] WrittenByStages = ["curve.md", "report.md", "results.md", "trials.md"];

    [Fact]
    public void Each_link_leads_to_a_file_and_a_heading_that_are_there()
    {
        var links = WrittenCommands.Documents.SelectMany(Links).ToList();

        Assert.True(links.Count > 80, $"{links.Count} links");
        Assert.All(links, link => Assert.True(Path.Exists(FullPath(link.File)), $"{link.Place}: there is no {link.File}"));
        Assert.All(links.Where(link => link.Heading.Length > 0), link => Assert.True(
            Anchors(link.File).Contains(link.Heading), $"{link.Place}: {link.File} has no heading #{link.Heading}"));
    }

    [Fact]
    public void The_table_of_contents_links_to_every_document_of_its_folder()
    {
        var linked = Links("docs/README.md").Select(link => link.File).ToHashSet();

        var documents = WrittenCommands.Documents.Where(document => document.StartsWith("docs/", StringComparison.Ordinal) && document != "docs/README.md").ToList();

        Assert.True(documents.Count > 10, $"{documents.Count} documents");
        Assert.All(documents, document => Assert.True(linked.Contains(document), $"docs/README.md has no link to {document}"));
    }

    [Fact]
    public void README_has_at_most_8_KB() => Assert.InRange(new FileInfo(FullPath("README.md")).Length, 1, 8192);

    [Fact]
    public void Each_answer_of_the_architectures_table_names_a_file_that_is_there()
    {
        var answers = File.ReadLines(FullPath("docs/architecture.md")).SkipWhile(line => line != "| question | file |").Skip(2).TakeWhile(line => line.StartsWith('|')).ToList();

        Assert.True(answers.Count > 15, $"{answers.Count} answers");
        Assert.All(answers, answer =>
        {
            var files = Code().Matches(answer.Split('|')[2]).Select(code => code.Groups[1].Value).Where(code => code.Contains('/')).ToList();
            Assert.NotEmpty(files);
            Assert.All(files, file => Assert.True(File.Exists(FullPath(file)), $"{answer}: there is no file {file}"));
        });
    }

    [Fact]
    public void No_comment_cites_a_document_that_is_not_there()
    {
        var cited = Comments().SelectMany(comment => Document().Matches(comment.Text).Select(document => (comment.Place, Document: document.Value))).ToList();

        Assert.True(cited.Count > 60, $"{cited.Count} citations");
        Assert.All(cited, citation => Assert.True(
            WrittenByStages.Contains(citation.Document) || File.Exists(FullPath(citation.Document)), $"{citation.Place}: the repository has no {citation.Document}"));
    }

    [Fact]
    public void Each_section_of_hf_parity_that_a_comment_cites_is_there()
    {
        var sections = File.ReadLines(FullPath("docs/hf-parity.md")).Select(line => Section().Match(line)).Where(found => found.Success).Select(found => found.Groups["section"].Value).ToHashSet();

        var cited = Comments().SelectMany(comment => Citation().Matches(comment.Text)
            .SelectMany(citation => citation.Groups["section"].Captures.Select(section => (comment.Place, Section: section.Value)))).ToList();

        Assert.True(cited.Count > 60, $"{cited.Count} citations");
        Assert.All(cited, citation => Assert.True(sections.Contains(citation.Section), $"{citation.Place}: docs/hf-parity.md has no section {citation.Section}"));
    }

    /// <summary>The links of a document into the repository; the file is relative to it.</summary>
    private static IEnumerable<(string Place, string File, string Heading)> Links(string document) =>
        from line in WrittenCommands.Lines(document)
        where !line.InBlock
        from Match link in Link().Matches(Code().Replace(line.Text, ""))
        let target = link.Groups[1].Value.Split('#')
        where !target[0].Contains("://", StringComparison.Ordinal)
        let file = target[0].Length == 0 ? document : Path.GetRelativePath(TestFiles.Repository, Path.GetFullPath(target[0], Path.GetDirectoryName(FullPath(document))!))
        select (line.Place, file, target.ElementAtOrDefault(1) ?? "");

    /// <summary>The headings of a document as GitHub names them: small letters, digits, - and _, a hyphen for each space.</summary>
    private static HashSet<string> Anchors(string document) =>
        [.. WrittenCommands.Lines(document).Where(line => !line.InBlock && line.Text.StartsWith('#'))
            .Select(line => string.Concat(line.Text.TrimStart('#').Trim().ToLowerInvariant().Replace(' ', '-').Where(letter => char.IsLetterOrDigit(letter) || letter is '-' or '_')))];

    private static IEnumerable<(string Place, string Text)> Comments() =>
        from folder in (string[])["src", "tests"]
        from file in Directory.EnumerateFiles(FullPath(folder), "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        let path = Path.GetRelativePath(TestFiles.Repository, file)
        where !path.Split('/').Any(part => part is "bin" or "obj")
        from line in File.ReadLines(file).Index()
        let comment = Comment().Match(line.Item)
        where comment.Success
        select ($"{path}:{line.Index + 1}", comment.Groups[1].Value);

    private static string FullPath(string path) => Path.Combine(TestFiles.Repository, path);

    [GeneratedRegex("`([^`]*)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    /// <summary>The text after two slashes that are not part of an address.</summary>
    [GeneratedRegex("(?<!:)//(.*)$")]
    private static partial Regex Comment();

    [GeneratedRegex(@"[\w.-]+(?:/[\w.-]+)*\.md\b")]
    private static partial Regex Document();

    /// <summary>docs/hf-parity.md with the sections that follow: one, a list of several, or the first and the last.</summary>
    [GeneratedRegex(@"hf-parity(?:\.md)?,?(?: sections?)?(?:(?:,| and| to)? (?<section>[0-9]+(?:\.[0-9]+)?))+")]
    private static partial Regex Citation();

    /// <summary>A heading with a number, or a paragraph that begins with one.</summary>
    [GeneratedRegex(@"^(?:## (?<section>[0-9]+)\. |(?<section>[0-9]+\.[0-9]+) )")]
    private static partial Regex Section();
}
