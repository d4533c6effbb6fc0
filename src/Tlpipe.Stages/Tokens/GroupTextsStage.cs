// group-texts: rows are laid end to end and cut into windows.
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;
using Tlpipe.Stages.Tables;
using Tlpipe.Text.Tokenizers;

namespace Tlpipe.Stages.Tokens;

/// <summary>Options of <c>group-texts</c>.</summary>
public sealed record GroupTextsOptions
{
    /// <summary>The tokenized rows.</summary>
    [Takes(OutputKinds.Tokens)]
    public required Input Tokens { get; init; }

    /// <summary>Tokens in a window. Default: 128.</summary>
    [Range(2, int.MaxValue)]
    public int ChunkSize { get; init; } = 128;

    /// <summary>Rows that are laid end to end at a time. Default: 1000.</summary>
    [Range(1, int.MaxValue)]
    public int BatchSize { get; init; } = 1000;

    /// <summary>hf: a window may hold parts of several texts; document: it holds one text or a part of it, so that none attends to another. Default: hf.</summary>
    public WindowBoundaries Boundaries { get; init; }

    /// <summary>Whether what fills no window, of a slice of rows or with boundaries: document of a text, is a shorter one. Default: with document.</summary>
    public bool? KeepRemainder { get; init; }

    internal WindowRules Rules => new(ChunkSize, BatchSize, Boundaries, KeepRemainder ?? Boundaries == WindowBoundaries.Document);
}

/// <summary>Lays rows end to end and cuts windows of equal length, as Hugging Face's <c>group_texts</c> does; the tail of each slice is dropped.</summary>
[Stage("group-texts", version: 2)]
[Output("windows", "rows of chunk_size tokens", Kind = OutputKinds.Windows)]
public sealed class GroupTextsStage : IStage<GroupTextsOptions>
{
    public Forecast Foresee(GroupTextsOptions options, Func<Input, Facts> facts)
    {
        // The number of texts shorter than a window is not known in advance.
        if (options.Boundaries == WindowBoundaries.Document)
            return Forecast.Unknown;
        var tokens = facts(options.Tokens)["tokens"];
        return Forecast.Of("windows", Windows(options, tokens is { } count ? Math.Floor(count / options.ChunkSize) : null));
    }

    public void Run(GroupTextsOptions options, StageRun run)
    {
        var windows = new TokenWindows(options.Rules);
        using var shards = new TokenShards(run.Create("windows"));
        foreach (var rows in TokenShards.Read(run.Read(options.Tokens).Folder))
        {
            run.Stopping.ThrowIfCancellationRequested();
            shards.Add(windows.Add(rows));
            run.Report(new Progress("group", windows.Rows, windows.Rows, "rows"));
        }
        shards.Add(windows.Finish());
        var digest = shards.Finish();
        run.Describe("windows", Windows(options, windows.Windows).With("tokens", shards.Tokens).With(VocabularyFact.Name, run.Read(options.Tokens).Facts[VocabularyFact.Name]), digest);
        run.Report(new Note(string.Create(
            CultureInfo.InvariantCulture, $"{windows.Windows:N0} windows of {options.ChunkSize}{(options.Rules.KeepRemainder ? " or less" : "")}, {windows.TokensDropped:N0} tokens left over")));
    }

    private static Facts Windows(GroupTextsOptions options, double? count) =>
        TableFiles.Rows(count).With("chunk_size", options.ChunkSize);
}
