// A stage's run in this process: inputs laid out in a work folder of the store, outputs collected there.
using System.Text.Json.Nodes;
using Tlpipe.Engine.Files;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Execution;

/// <summary>The <see cref="StageRun"/> behind <see cref="StageExecution"/>.</summary>
internal sealed class LocalStageRun : StageRun, IDisposable
{
    private readonly Dictionary<string, (Facts Facts, string? Digest)> described = new(StringComparer.Ordinal);
    private readonly Dictionary<string, double> measured = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Stage, string Output), InputFolder> inputs = [];
    private readonly StageRequest request;
    private readonly StageKind kind;
    private readonly ResultStore store;
    private readonly Action<StageEvent> report;
    private readonly ScratchFolder work;
    private readonly ResumingCheckpoints checkpoints;

    public LocalStageRun(
        StageRequest request, StageKind kind, ResultStore store, string key, Lease lease, Action<StageEvent> report, CancellationToken stopping)
    {
        this.request = request;
        this.kind = kind;
        this.store = store;
        // Checkpoints are written by a thread of their own, which reports too.
        var reporting = new Lock();
        this.report = news =>
        {
            lock (reporting)
                report(news);
        };
        Stopping = stopping;
        Key = key;
        // The lease is this process's: whoever had it before is gone or has lost it.
        work = store.CreateScratch(key);
        checkpoints = new ResumingCheckpoints(store.Checkpoints(key, request.CheckpointEvery, lease), lease, checkpoint => store.Resume(key, checkpoint), this.report, stopping);
    }

    public override CancellationToken Stopping { get; }

    public override string Device => request.Device;

    /// <summary>The device that the stage computed on; null if it named none.</summary>
    public string? UsedDevice { get; private set; }

    public override string Key { get; }

    public override IReadOnlyDictionary<string, string> InputDigests => request.Document.Inputs;

    public override string Dtype => request.Dtype;

    public override int Threads => request.Threads;

    public override ICheckpoints Checkpoints => checkpoints;

    /// <summary>The steps at which this computation resumed after an interruption.</summary>
    public IReadOnlyList<long> ResumedAtSteps => checkpoints.ResumedAtSteps;

    public override JsonObject? Origin => request.Origin;

    public IReadOnlyDictionary<string, double> Measured => measured;

    public override InputFolder Read(Input input)
    {
        if (inputs.TryGetValue((input.Stage, input.Output), out var laid))
            return laid;
        var key = request.InputKeys[input.Stage];
        var result = store.Find(key) ?? throw new DamagedResultException(key, "", input.Stage);
        var output = result.Outputs[input.Output];
        // Another process may have computed the input again since this key was made. The result would be stored under a wrong key, so the
        // runner has to start over, as with a damaged input.
        if (!request.Document.Inputs.Values.Contains(output.Digest))
            throw new DamagedResultException(key, "", $"{input.Stage}:{input.Output}");
        var folder = Path.Combine(work.Path, "inputs", input.Stage, input.Output);
        store.Lay(result, input.Output, folder);
        return inputs[(input.Stage, input.Output)] = new InputFolder(input.Name, folder, new Facts(output.Facts), result.Measured);
    }

    public override string Create(string output)
    {
        if (kind.Outputs.All(o => o.Name != output))
            throw new ArgumentException($"{kind.Kind} has no output '{output}'");
        var folder = Path.Combine(work.Path, "outputs", output);
        Directory.CreateDirectory(folder);
        return folder;
    }

    public override void Describe(string output, Facts facts, string? digest = null) => described[output] = (facts, digest);

    public override void ComputesOn(string device) => UsedDevice = device;

    public override void Measure(string name, double value) => measured[name] = value;

    public override void Report(StageEvent news) => report(news);

    /// <summary>The stage's outputs so far.</summary>
    public IReadOnlyList<ProducedOutput> Outputs() => [.. kind.Outputs.Select(Produced)];

    public void Dispose() => work.Dispose();

    private ProducedOutput Produced(StageOutput output)
    {
        var folder = Path.Combine(work.Path, "outputs", output.Name);
        if (!Directory.Exists(folder))
            throw new InvalidOperationException($"{kind.Kind} ended without its output '{output.Name}'");
        var (facts, digest) = described.GetValueOrDefault(output.Name, (Facts.None, null));
        return new ProducedOutput(output.Name, folder, digest, facts.Values);
    }

    /// <summary>Checkpoints that record resumptions and report each save.</summary>
    private sealed class ResumingCheckpoints(ICheckpoints checkpoints, Lease lease, Func<string, IReadOnlyList<long>> resume, Action<StageEvent> report, CancellationToken stopping) : ICheckpoints
    {
        private bool saved;

        public IReadOnlyList<long> ResumedAtSteps { get; private set; } = [];

        /// <summary>A stage that asks for it resumes from it. A checkpoint that this process wrote does not count as a resumption.</summary>
        public string? Newest
        {
            get
            {
                var newest = checkpoints.Newest;
                if (newest is not null && !saved && ResumedAtSteps.Count == 0)
                    ResumedAtSteps = resume(newest);
                return newest;
            }
        }

        public TimeSpan Interval => checkpoints.Interval;

        public void Save(long step, Action<string> write)
        {
            lease.ThrowIfLost();
            checkpoints.Save(step, write);
            saved = true;
            report(new CheckpointSaved(step));
            HoldPoint.Pass(step, stopping);
        }
    }
}
