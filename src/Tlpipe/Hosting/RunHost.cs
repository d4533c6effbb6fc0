// The host of a run: its lifetime, which handles Ctrl-C, and its log file.
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Serilog;
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Execution;

namespace Tlpipe.Hosting;

/// <summary>Starts a host when a stage begins to compute or fails, and writes to its log from then on.</summary>
internal sealed class RunHost(Pipeline pipeline, RunOptions options, Interruption interruption) : IDisposable
{
    private readonly List<string> reused = [];
    private IHost? host;
    private LoggedReporter? logged;

    /// <summary>The log; null until something is computed.</summary>
    public ILogger? Log { get; private set; }

    /// <summary>Writes an event to the log, starting with the first computation or failure.</summary>
    public void Hear(RunEvent happened)
    {
        if (logged is not null)
            logged.Write(happened);
        else if (happened is StageReused early)
            reused.Add(early.Stage.Name);
        else if (happened is not (RunStarted or RunEnded))
            (logged = Start()).Write(happened);
    }

    public void Dispose()
    {
        if (host is null)
            return;
        try
        {
            host.StopAsync().GetAwaiter().GetResult();
            host.Dispose();
        }
        catch (IOException e)
        {
            // The log's last lines, on a full disk; the results are in the store.
            TolerantOutput.Warn($"the log cannot be written: {e.Message.TrimEnd('.')}");
        }
    }

    private LoggedReporter Start()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        var logFile = Path.Combine(options.OutputFolder, "logs", $"{DateTime.Now:yyyy-MM-ddTHH-mm-ss}.log");
        builder.Services.AddSerilog(logging => logging
            .MinimumLevel.Override("Microsoft", Serilog.Events.LogEventLevel.Warning)
            .WriteTo.File(new PlainLog(), logFile));
        builder.Services.AddSingleton(interruption);
        builder.Services.AddSingleton<IHostLifetime, InterruptLifetime>();
        builder.Services.Configure<HostOptions>(hosting => hosting.ShutdownTimeout = Timeout.InfiniteTimeSpan);
        host = builder.Build();
        host.Start();
        Log = host.Services.GetRequiredService<ILogger>();
        Log.Information("run of {Config}, reused so far: {Stages}", pipeline.ConfigPath, reused);
        return new LoggedReporter(Log);
    }
}
