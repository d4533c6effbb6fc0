// group-texts: rows are laid end to end and cut into windows of equal length.
using System.Globalization;
using Tlpipe.Engine.Stages;
using Tlpipe.Nlp.Text;

namespace Tlpipe.Stages;

/// <summary>Options of <c>group-texts</c>.</summary>
public sealed record GroupTextsOptions
{
    /// <summary>The tokenized rows.</summary>
    public required Input Tokens { get; init; }

    /// <summary>Tokens in a window. Default: 128.</summary>
    [Range(2)]
    public int ChunkSize { get; init; } = 128;

    /// <summary>Rows that are laid end to end at a time; the tail of each such slice that fills no window is dropped. Default: 1000.</summary>
    [Range(1)]
    public int BatchSize { get; init; } = 1000;
}

/// <summary>Lays rows end to end and cuts windows of equal length, as Hugging Face's <c>group_texts</c> does; the tail of each slice is dropped.</summary>
[Stage("group-texts", version: 2)]
[Output("windows", "rows of exactly chunk_size tokens")]
public sealed class GroupTextsStage : IStage<GroupTextsOptions>
{
    public Forecast Foresee(GroupTextsOptions options, Func<Input, Facts> facts)
    {
        var tokens = facts(options.Tokens)["tokens"];
        return Forecast.Of("windows", Windows(options, tokens is { } count ? Math.Floor(count / options.ChunkSize) : null));
    }

    public void Run(GroupTextsOptions options, StageRun run)
    {
        var rows = TokenRows.Load(run.Read(options.Tokens).Folder);
        var (windows, report) = TokenWindows.Group(rows, options.ChunkSize, options.BatchSize);
        run.Describe("windows", Windows(options, windows.Count).With("tokens", windows.InputIds.Length), windows.Save(run.Create("windows")));
        run.Report(new Note(string.Create(
            CultureInfo.InvariantCulture, $"{windows.Count:N0} windows of {options.ChunkSize}, {report.TokensDropped:N0} tokens left over")));
    }

    private static Facts Windows(GroupTextsOptions options, double? count) =>
        TableFiles.Rows(count).With("chunk_size", options.ChunkSize);
}
