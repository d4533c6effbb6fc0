// A stage's surroundings while it runs: its inputs, places for its outputs and checkpoints, and a reporter.
using System.Text.Json.Nodes;
using Tlpipe.Engine.Options;

namespace Tlpipe.Engine.Stages;

/// <summary>An input's files, laid out under the names that its stage gave them, verified against their digests.</summary>
/// <param name="Name">The name to show for it: its instance's, or its stage's.</param>
/// <param name="Folder">The folder with the files. They are read-only.</param>
/// <param name="Facts">The facts that its stage recorded.</param>
/// <param name="Measured">The measurements taken while it was made (seconds, rates); never part of any key.</param>
public sealed record InputFolder(string Name, string Folder, Facts Facts, IReadOnlyDictionary<string, double> Measured);

/// <summary>Keeps the state from which a computation resumes after an interruption.</summary>
public interface ICheckpoints
{
    /// <summary>The folder of the newest whole checkpoint, or null. Damaged ones are skipped.</summary>
    string? Newest { get; }

    /// <summary>The most time between two checkpoints, and so the most work that a killed computation repeats. 0 means as many as possible.</summary>
    TimeSpan Interval { get; }

    /// <summary>Writes a checkpoint: <paramref name="write"/> fills the folder it is given; only then does the checkpoint count.</summary>
    /// <param name="step">The number of steps done; names the checkpoint and orders it among others.</param>
    /// <param name="write">Writes the files.</param>
    void Save(long step, Action<string> write);
}

/// <summary>One run of one stage instance.</summary>
public abstract class StageRun
{
    /// <summary>Set when the stage should finish its step, write a checkpoint and throw <see cref="OperationCanceledException"/>.</summary>
    public abstract CancellationToken Stopping { get; }

    /// <summary>The device to compute on: <c>auto</c>, <c>cpu</c> or <c>cuda:N</c>.</summary>
    public abstract string Device { get; }

    /// <summary>Records the device that <see cref="Device"/> was resolved to; it goes into the result's record.</summary>
    public abstract void ComputesOn(string device);

    /// <summary>The number format of the computation: <c>fp32</c>, <c>bf16</c> or <c>fp16</c>.</summary>
    public abstract string Dtype { get; }

    /// <summary>Threads to compute with.</summary>
    public abstract int Threads { get; }

    /// <summary>The checkpoints of this very computation.</summary>
    public abstract ICheckpoints Checkpoints { get; }

    /// <summary>The key of the result that this run makes.</summary>
    public abstract string Key { get; }

    /// <summary>The digest of each input's content by the option that names it, as it is in the key.</summary>
    public abstract IReadOnlyDictionary<string, string> InputDigests { get; }

    /// <summary>The <see cref="ContentOrigin.Details"/> of the content that an <see cref="IOriginStage{TOptions}"/> located; null for other stages.</summary>
    public abstract JsonObject? Origin { get; }

    /// <summary>The files of an input.</summary>
    public abstract InputFolder Read(Input input);

    /// <summary>A new folder for an output; everything in it when the stage ends is the output.</summary>
    public abstract string Create(string output);

    /// <summary>
    /// Sets the digest of an output's meaning, so that formats may carry noise (if none is given, a digest over
    /// the names and bytes of its files), and its facts.
    /// </summary>
    public abstract void Describe(string output, Facts facts, string? digest = null);

    /// <summary>Records something measured (a time, a rate): it goes into the result's record, not into any output or key.</summary>
    public abstract void Measure(string name, double value);

    /// <summary>Reports an event.</summary>
    public abstract void Report(StageEvent news);
}
