// tlpipe run: computes what is not in the store, and shows the result.
using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Serilog;
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Running;
using Tlpipe.Hosting;
using Tlpipe.Reporters;

namespace Tlpipe.Commands;

/// <summary>Builds the command and the host that carries a run: lifetime, Ctrl-C and the log file.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var arguments = new PipelineArguments();
        var originArguments = new OriginArguments();
        var targets = new Option<string[]>("--target", "-t") { Description = "Runs only this stage and what it needs", HelpName = "STAGE" };
        var forced = new Option<string[]>("--force") { Description = "Computes this stage even if its result is there", HelpName = "STAGE" };
        var command = new Command("run", "Runs a pipeline; results that are already there are reused") { targets, forced };
        arguments.AddTo(command);
        originArguments.AddTo(command);
        command.SetAction(parsed =>
        {
            var pipeline = arguments.Load(parsed);
            var outputs = Path.Combine(pipeline.Root, "outputs", pipeline.Name);
            var wishes = new RunWishes(parsed.GetValue(targets) ?? [], parsed.GetValue(forced) ?? [], outputs)
            {
                Origins = originArguments.Wishes(parsed),
                Properties = arguments.Properties(parsed),
            };
            using var host = BuildHost(pipeline, arguments.OpenStore(parsed, pipeline), wishes);
            var service = host.Services.GetRequiredService<RunService>();
            host.Run();
            return service.Conclude();
        });
        return command;
    }

    private static IHost BuildHost(Pipeline pipeline, Engine.Store.ResultStore store, RunWishes wishes)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        var logFile = Path.Combine(wishes.OutputFolder, "logs", $"{DateTime.Now:yyyy-MM-ddTHH-mm-ss}.log");
        builder.Services.AddSerilog(logging => logging
            .MinimumLevel.Override("Microsoft", Serilog.Events.LogEventLevel.Warning)
            .WriteTo.File(logFile, formatProvider: System.Globalization.CultureInfo.InvariantCulture));
        builder.Services.AddSingleton<Interruption>();
        builder.Services.AddSingleton<IHostLifetime, InterruptLifetime>();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = Timeout.InfiniteTimeSpan);
        builder.Services.AddSingleton(pipeline);
        builder.Services.AddSingleton(store);
        builder.Services.AddSingleton(wishes);
        builder.Services.AddSingleton<IRunReporter>(services => new LoggedReporter(
            TerminalReporter.ForConsole(), services.GetRequiredService<Serilog.ILogger>()));
        builder.Services.AddSingleton<RunService>();
        builder.Services.AddHostedService(services => services.GetRequiredService<RunService>());
        return builder.Build();
    }
}
