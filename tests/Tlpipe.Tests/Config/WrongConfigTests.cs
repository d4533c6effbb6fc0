// Every wrong config of the corpus, with the exact lines that the user sees.
using System.Text.RegularExpressions;

namespace Tlpipe.Tests.Config;

public sealed partial class WrongConfigTests
{
    public static TheoryData<string> Names => [.. WrongConfig.All.Select(wrong => wrong.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_wrong_config_is_refused_with_its_lines(string name)
    {
        var wrong = WrongConfig.All.Single(wrong => wrong.Name == name);

        var lines = wrong.Load();

        Assert.Equal(wrong.Lines, lines);
        Assert.All(lines, line => Assert.Matches(Form(), line));
    }

    [Fact]
    public void The_corpus_is_large_and_names_every_number_of_the_config_errors()
    {
        var numbers = WrongConfig.All.SelectMany(wrong => wrong.Lines).Select(line => Number().Match(line).Value).ToHashSet();

        Assert.True(WrongConfig.All.Count >= 60);
        // TL0303 needs files to be missing, which shows when stages are about to run.
        Assert.Superset(
            new HashSet<string>([
                "TL0101", "TL0102", "TL0103", "TL0104", "TL0105", "TL0106", "TL0107",
                "TL0201", "TL0202", "TL0203", "TL0204", "TL0205", "TL0206", "TL0207", "TL0301", "TL0302", "TL0304", "TL0601",
            ]),
            numbers);
    }

    [Fact]
    [Trait(Tier.Name, Tier.All)]
    public void The_program_says_the_same_and_nothing_else_and_exits_with_2()
    {
        var wrong = WrongConfig.All.Single(wrong => wrong.Name == "ten-mistakes-at-once");

        var ended = TlpipeProcess.Run(WrongConfig.Folder, "plan", wrong.FileName);

        Assert.Equal(2, ended.ExitCode);
        Assert.Equal("", ended.Output);
        Assert.Equal(wrong.Lines, ended.ErrorLines);
    }

    /// <summary>One line, with a number; no type of a library, no stack trace.</summary>
    [GeneratedRegex(@"^([^:]+:\d+:\d+: )?error TL\d{4}: (?!.*(Exception|YamlDotNet|System\.|   at ))[^\n\r\x1B]+$")]
    private static partial Regex Form();

    [GeneratedRegex(@"TL\d{4}")]
    private static partial Regex Number();
}
