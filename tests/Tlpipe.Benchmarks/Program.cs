// Measures what takes time, each measurement a command that prints JSON lines: dotnet run -c Release --project tests/Tlpipe.Benchmarks -- COMMAND
using System.CommandLine;
using Tlpipe.Benchmarks;

var root = new RootCommand("Measures tlpipe's parts. Figures mean something beside those of another program, taken in turn on the same machine.")
{
    TokenizeBenchmark.Create(),
    ConfigBenchmark.Create(),
    TokenizeFuzz.Create(),
    PipelineBenchmark.Create(),
    PublishBenchmark.Create(),
    SoakCommand.Create(),
    FaultsCommand.Create(),
    ModelFuzz.Create(),
    LoadBenchmark.Create(),
};
return root.Parse(args).Invoke();
