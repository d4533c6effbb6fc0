// The host of a run: its lifetime, which answers Ctrl-C, and its log file.
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Serilog;
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Running;
using Tlpipe.Engine.Stages;
using Tlpipe.Engine.Store;
using Tlpipe.Reporters;

namespace Tlpipe.Hosting;

/// <summary>Starts a host when a stage begins to compute, or fails, and writes to its log from then on.</summary>
internal sealed class RunHost(Pipeline pipeline, RunWishes wishes, Interruption interruption) : IRunReporter, IDisposable
{
    private readonly List<string> reused = [];
    private IHost? host;
    private LoggedReporter? logged;

    /// <summary>The log; null while nothing was computed.</summary>
    public ILogger? Log { get; private set; }

    private LoggedReporter Logged => logged ??= Start();

    public void Started(Pipeline pipeline, IReadOnlyList<StageInstance> stages) => logged?.Started(pipeline, stages);

    public void Reused(StageInstance stage, StoredResult result)
    {
        if (logged is null)
            reused.Add(stage.Name);
        else
            logged.Reused(stage, result);
    }

    public void Waiting(StageInstance stage) => Logged.Waiting(stage);

    public void Running(StageInstance stage) => Logged.Running(stage);

    public void News(StageInstance stage, StageEvent news) => Logged.News(stage, news);

    public void Done(StageInstance stage, StoredResult result, string folder) => Logged.Done(stage, result, folder);

    public void Interrupted(StageInstance stage) => Logged.Interrupted(stage);

    public void Failed(StageInstance stage, Diagnostic why) => Logged.Failed(stage, why);

    public void Skipped(StageInstance stage, StageInstance because) => Logged.Skipped(stage, because);

    public void Ended(RunOutcome outcome) => logged?.Ended(outcome);

    public void Dispose()
    {
        if (host is null)
            return;
        host.StopAsync().GetAwaiter().GetResult();
        host.Dispose();
    }

    private LoggedReporter Start()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        var logFile = Path.Combine(wishes.OutputFolder, "logs", $"{DateTime.Now:yyyy-MM-ddTHH-mm-ss}.log");
        builder.Services.AddSerilog(logging => logging
            .MinimumLevel.Override("Microsoft", Serilog.Events.LogEventLevel.Warning)
            .WriteTo.File(logFile, formatProvider: System.Globalization.CultureInfo.InvariantCulture));
        builder.Services.AddSingleton(interruption);
        builder.Services.AddSingleton<IHostLifetime, InterruptLifetime>();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = Timeout.InfiniteTimeSpan);
        host = builder.Build();
        host.Start();
        Log = host.Services.GetRequiredService<ILogger>();
        Log.Information("run of {Config}, reused so far: {Stages}", pipeline.ConfigPath, reused);
        return new LoggedReporter(Log);
    }
}
