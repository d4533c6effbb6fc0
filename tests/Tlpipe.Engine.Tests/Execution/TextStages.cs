// Stages of a line each.
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;

namespace Tlpipe.Engine.Tests.Execution;

public sealed record SayOptions
{
    public required string Text { get; init; }

    [ExecutionOnly]
    public int Patience { get; init; } = 1;
}

/// <summary>Writes a text.</summary>
[Stage("say", version: 1)]
[Output("text", "the text")]
public sealed class SayStage : IStage<SayOptions>
{
    public void Run(SayOptions options, StageRun run) => TextFiles.Write(run, "text", options.Text);
}

public sealed record ReadOptions
{
    public required InputPath Path { get; init; }
}

public sealed record NotesOptions
{
    [Files("notes.txt")]
    public required InputPath Path { get; init; }
}

/// <summary>Reads one file of a folder.</summary>
[Stage("notes", version: 1)]
[Output("text", "the file's text")]
public sealed class NotesStage : IStage<NotesOptions>
{
    public void Run(NotesOptions options, StageRun run) => TextFiles.Write(run, "text", File.ReadAllText(Path.Combine(options.Path.FullPath, "notes.txt")));
}

public sealed record TitlesOptions
{
    [Files("titles.txt")]
    public required InputPath Path { get; init; }
}

/// <summary>Reads another file of a folder.</summary>
[Stage("titles", version: 1)]
[Output("text", "the file's text")]
public sealed class TitlesStage : IStage<TitlesOptions>
{
    public void Run(TitlesOptions options, StageRun run) => TextFiles.Write(run, "text", File.ReadAllText(Path.Combine(options.Path.FullPath, "titles.txt")));
}

/// <summary>Reads a file.</summary>
[Stage("read", version: 1)]
[Output("text", "the file's text")]
public sealed class ReadStage : IStage<ReadOptions>
{
    public void Run(ReadOptions options, StageRun run) => TextFiles.Write(run, "text", File.ReadAllText(options.Path.FullPath));
}

public sealed record ChangeOptions
{
    public required Input From { get; init; }

    public string Suffix { get; init; } = "";
}

/// <summary>Gives the first word without its suffix, and the rest, so that a changed input can give an unchanged output.</summary>
[Stage("change", version: 1)]
[Output("first", "the first word")]
[Output("rest", "the other words")]
public sealed class ChangeStage : IStage<ChangeOptions>
{
    public void Run(ChangeOptions options, StageRun run)
    {
        var words = TextFiles.Read(run, options.From).Split(' ', 2);
        TextFiles.Write(run, "first", words[0]);
        TextFiles.Write(run, "rest", (words.Length > 1 ? words[1] : "") + options.Suffix);
    }
}

public sealed record JoinOptions
{
    public required IReadOnlyList<Input> Parts { get; init; }

    [NamesOf(nameof(Parts))]
    public IReadOnlyList<string>? Labels { get; init; }
}

/// <summary>Joins texts under their labels.</summary>
[Stage("join", version: 1)]
[Output("text", "the joined text")]
public sealed class JoinStage : IStage<JoinOptions>
{
    public void Run(JoinOptions options, StageRun run) =>
        TextFiles.Write(run, "text", string.Join(' ', options.Labels!.Zip(options.Parts, (label, part) => $"{label}={TextFiles.Read(run, part)}")));
}

public sealed record CountOptions
{
    public int To { get; init; }
}

/// <summary>Counts on from its checkpoint, three steps at a time: it writes one after each step and is then interrupted.</summary>
[Stage("count", version: 1)]
[Output("text", "the last number")]
public sealed class CountStage : IStage<CountOptions>
{
    public void Run(CountOptions options, StageRun run)
    {
        var begun = run.Checkpoints.Newest is { } newest ? int.Parse(File.ReadAllText(Path.Combine(newest, "count")), System.Globalization.CultureInfo.InvariantCulture) : 0;
        for (var step = begun + 1; step <= options.To; step++)
        {
            run.Checkpoints.Save(step, folder => File.WriteAllText(Path.Combine(folder, "count"), $"{step}"));
            if (step == begun + 3 && step < options.To)
                throw new OperationCanceledException("interrupted");
        }
        // Its own checkpoint, which is not a resumption.
        TextFiles.Write(run, "text", File.ReadAllText(Path.Combine(run.Checkpoints.Newest!, "count")));
    }
}

public sealed record ComputeOptions;

/// <summary>Runs in a child process.</summary>
[Stage("compute", version: 1, UsesTensors = true)]
[Output("text", "nothing")]
public sealed class ComputeStage : IStage<ComputeOptions>
{
    public void Run(ComputeOptions options, StageRun run) => throw new InvalidOperationException("not in this process");
}

public sealed record DeleteOptions
{
    public required string File { get; init; }
}

/// <summary>Deletes a file.</summary>
[Stage("delete", version: 1)]
[Output("text", "nothing")]
public sealed class DeleteStage : IStage<DeleteOptions>
{
    public void Run(DeleteOptions options, StageRun run)
    {
        File.Delete(options.File);
        run.Create("text");
    }
}

public sealed record EditOptions
{
    public required InputPath Path { get; init; }

    [ExecutionOnly]
    public string? Then { get; init; }
}

/// <summary>Reads a file while the test's edit changes it.</summary>
[Stage("edit", version: 1)]
[Output("text", "the file's text")]
public sealed class EditStage : IStage<EditOptions>
{
    /// <summary>The event while the stage reads, by the option <c>then</c>.</summary>
    public static Dictionary<string, Action<string>> Edits { get; } = [];

    public void Run(EditOptions options, StageRun run)
    {
        TextFiles.Write(run, "text", File.ReadAllText(options.Path.FullPath));
        if (options.Then is { } then)
            Edits[then](options.Path.FullPath);
    }
}

/// <summary>Texts as outputs.</summary>
internal static class TextFiles
{
    public static string Read(StageRun run, Input input) => File.ReadAllText(Path.Combine(run.Read(input).Folder, "text.txt"));

    public static void Write(StageRun run, string output, string text)
    {
        File.WriteAllText(Path.Combine(run.Create(output), "text.txt"), text);
        run.Describe(output, Facts.None.With("rows", text.Length));
    }
}
