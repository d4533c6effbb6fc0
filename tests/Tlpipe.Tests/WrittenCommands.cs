// The command lines that documents and the comments of configs name.
using System.Text.RegularExpressions;

namespace Tlpipe.Tests;

/// <summary>A command line as a document has it.</summary>
/// <param name="Place">The document and the line.</param>
/// <param name="Text">The line itself.</param>
/// <param name="Words">The shell's reading of it, after <c>tlpipe</c>; names in capitals are still to be filled in.</param>
internal sealed record WrittenCommand(string Place, string Text, IReadOnlyList<string> Words)
{
    /// <summary>The words with something for each name in capitals.</summary>
    public string[] Filled(IReadOnlyDictionary<string, string> names) =>
        [.. Words.Select(word => names.GetValueOrDefault($"{Words[0]} {word}") ?? names.GetValueOrDefault(word) ?? word)];

    public override string ToString() => $"{Place}: {Text}";
}

/// <summary>Finds command lines in documents.</summary>
internal static partial class WrittenCommands
{
    /// <summary>All documents of the repository, relative to it, without what builds and runs write.</summary>
    public static IReadOnlyList<string> Documents { get; } =
        [.. DocumentsBelow(TestFiles.Repository).Select(path => Path.GetRelativePath(TestFiles.Repository, path)).Order(StringComparer.Ordinal)];

    /// <summary>Every command line of tlpipe: of blocks of commands, of code within sentences and tables, of configs' comments.</summary>
    public static IReadOnlyList<WrittenCommand> All { get; } = [.. Documents.SelectMany(InDocument), .. Configs.SelectMany(InComments)];

    /// <summary>The repository's configs.</summary>
    public static IEnumerable<string> Configs => Directory.GetFiles(Path.Combine(TestFiles.Repository, "configs"), "*.yaml").Select(path => $"configs/{Path.GetFileName(path)}").Order(StringComparer.Ordinal);

    /// <summary>The lines of the blocks of shell commands in a document.</summary>
    public static IReadOnlyList<string> Blocks(string document) => [.. Lines(document).Where(line => line.InBlock).Select(line => line.Text)];

    /// <summary>The code within a document's sentences and tables, with its place.</summary>
    public static IEnumerable<(string Place, string Code)> Spans(string document) =>
        from line in Lines(document)
        where !line.InBlock
        from Match span in Span().Matches(line.Text)
        select (line.Place, span.Groups[1].Value.Replace(@"\|", "|"));

    private static IEnumerable<string> DocumentsBelow(string folder) =>
        Directory.GetFiles(folder, "*.md").Concat(Directory.GetDirectories(folder)
            .Where(inner => Path.GetFileName(inner) is var name && name[0] != '.' && name is not ("bin" or "obj") && Path.GetFileName(folder) != "outputs")
            .SelectMany(DocumentsBelow));

    /// <summary>The lines of a document with their places, and whether they are in a block of shell commands; other blocks are left out.</summary>
    public static IEnumerable<(string Place, string Text, bool InBlock)> Lines(string document)
    {
        string? block = null;
        foreach (var (i, line) in File.ReadLines(Path.Combine(TestFiles.Repository, document)).Index())
            if (line.StartsWith("```", StringComparison.Ordinal))
                block = block is null ? line[3..] : null;
            else if (line.Length > 0 && block is null or "sh")
                yield return ($"{document}:{i + 1}", line, block is not null);
    }

    private static IEnumerable<WrittenCommand> InDocument(string document) =>
        Lines(document).Where(line => line.InBlock).Select(line => (line.Place, line.Text)).Concat(Spans(document))
            .SelectMany(line => line.Item2.Split(" && ").SelectMany(part => Command().Matches(part).SelectMany(found => Of(line.Item1, found.Groups[1].Value))));

    private static IEnumerable<WrittenCommand> InComments(string config) =>
        File.ReadLines(Path.Combine(TestFiles.Repository, config)).Index()
            .Select(line => (line.Index, Found: Comment().Match(line.Item))).Where(line => line.Found.Success)
            .SelectMany(line => Of($"{config}:{line.Index + 1}", line.Found.Groups[1].Value));

    /// <summary>
    /// The commands that a line stands for: brackets hold what may be left out, dots say that there may be more of it, and strokes separate the choices,
    /// each of them a command of its own.
    /// </summary>
    private static IEnumerable<WrittenCommand> Of(string place, string text)
    {
        var choices = Word().Matches(text.Replace(" | ", "|")).Select(word => word.Value).Select(word =>
            word[0] is '"' or '\'' ? [word[1..^1]] : word.TrimEnd('…').Trim('[', ']').Split('|'));
        IEnumerable<IReadOnlyList<string>> commands = [[]];
        foreach (var choice in choices)
            commands = [.. commands.SelectMany(command => choice.Select(word => (IReadOnlyList<string>)[.. command, word]))];
        return commands.Select(words => new WrittenCommand(place, text, words));
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Span();

    /// <summary>tlpipe with what follows, at the beginning or within a substitution.</summary>
    [GeneratedRegex(@"(?:^|\$\()tlpipe ([^)]+)")]
    private static partial Regex Command();

    /// <summary>In a comment, what follows many spaces says what the command does.</summary>
    [GeneratedRegex(@"^#   tlpipe (.+?)(?:\s{4,}.*)?$")]
    private static partial Regex Comment();

    [GeneratedRegex(@"""[^""]*""|'[^']*'|\S+")]
    private static partial Regex Word();
}
