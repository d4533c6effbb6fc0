// Products of tokens with weights by oneDNN, which uses 512-bit instructions on every processor that has them.
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using TorchSharp;
using static TorchSharp.torch;

namespace Tlpipe.Nlp.Kernels;

/// <summary>
/// libtorch multiplies float32 matrices with MKL, which uses 512-bit instructions on Intel's processors only. oneDNN, also part of libtorch, uses them
/// wherever they are: on Zen 5 it is about twice as fast. TorchSharp does not expose it; libtorch's C interface for compiled models does
/// (<c>torch/csrc/inductor/aoti_torch</c>), whose tensor handles are TorchSharp's.
/// </summary>
internal static class WideProduct
{
    private const string Library = "torch_cpu";
    private const string EntryPoint = "aoti_torch_cpu__linear_pointwise";

    // With fewer, starting costs more than the product gains.
    private const long LeastTokens = 32;

    // With this many rows of W (a vocabulary), computing the transposed gradient and copying it is faster.
    private const long ManyOutputs = 8192;

    private const int Amd = 0x68747541;

    private static readonly nint Erf = Marshal.StringToHGlobalAnsi("none");
    private static readonly bool IsFaster = OperatingSystem.IsLinux() && Avx512F.IsSupported && X86Base.CpuId(0, 0).Ebx == Amd && IsExported();

    /// <summary>Whether <c>x W'</c> can be computed here, x <c>[n, in]</c>.</summary>
    public static bool Takes(Tensor x) =>
        IsFaster && x.device_type == DeviceType.CPU && x.dtype == ScalarType.Float32 && x.shape[0] >= LeastTokens;

    /// <summary><c>x W' + b</c>, with a graph where gradients are on.</summary>
    /// <param name="x"><c>[n, in]</c></param>
    /// <param name="weight"><c>[out, in]</c></param>
    /// <param name="bias"><c>[out]</c></param>
    /// <returns><c>[n, out]</c></returns>
    public static Tensor Linear(Tensor x, Tensor weight, Tensor bias)
    {
        if (!is_grad_enabled())
            return Multiply(x, weight, bias, gelu: false);
        // TorchSharp makes a tensor of the result's size for each such function, which is not used here.
        using var scope = NewDisposeScope();
        return LinearFunction.apply(x, weight, bias).MoveToOuterDisposeScope();
    }

    /// <summary><c>gelu(x W' + b)</c> in one pass; no gradient flows through it.</summary>
    /// <inheritdoc cref="Linear"/>
    public static Tensor LinearGelu(Tensor x, Tensor weight, Tensor bias) => Multiply(x, weight, bias, gelu: true);

    /// <summary>The gradients of <c>x W' + b</c> for x, W and b: <c>g W</c>, <c>g' x</c>, and the sum of g's rows.</summary>
    /// <param name="gradient">g, <c>[n, out]</c></param>
    /// <param name="x"><c>[n, in]</c></param>
    /// <param name="weight"><c>[out, in]</c></param>
    public static (Tensor OfInput, Tensor OfWeight, Tensor OfBias) Gradients(Tensor gradient, Tensor x, Tensor weight)
    {
        var g = gradient.contiguous();
        if (!Takes(x))
            return (g.mm(weight), g.t().mm(x), g.sum([0]));
        var ofWeight = weight.shape[0] < ManyOutputs ? Multiply(g.t(), x.t()) : Multiply(x.t(), g.t()).t().contiguous();
        return (Multiply(g, weight.t()), ofWeight, g.sum([0]));
    }

    private static Tensor Multiply(Tensor x, Tensor weight, Tensor bias, bool gelu)
    {
        var (handle, algorithm) = (bias.Handle, Erf);
        var code = gelu
            ? LinearPointwise(x.Handle, weight.Handle, in handle, "gelu", 0, 0, in algorithm, out var result)
            : LinearPointwise(x.Handle, weight.Handle, in handle, "none", 0, 0, 0, out result);
        GC.KeepAlive((x, weight, bias));
        return Wrap(code, result);
    }

    private static Tensor Multiply(Tensor x, Tensor weight)
    {
        var code = LinearPointwise(x.Handle, weight.Handle, 0, "none", 0, 0, 0, out var result);
        GC.KeepAlive((x, weight));
        return Wrap(code, result);
    }

    private static Tensor Wrap(int code, nint result) => code == 0
        ? Tensor.UnsafeCreateTensor(result)
        : throw new ExternalException("libtorch could not multiply two matrices: out of memory");

    private static bool IsExported() =>
        NativeLibrary.TryLoad(Library, typeof(WideProduct).Assembly, null, out var library) && NativeLibrary.TryGetExport(library, EntryPoint, out _);

    [DllImport(Library, EntryPoint = EntryPoint, CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int LinearPointwise(
        nint x, nint weight, in nint bias, string activation, nint scalars, long scalarCount, in nint algorithm, out nint result);

    [DllImport(Library, EntryPoint = EntryPoint, CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int LinearPointwise(
        nint x, nint weight, in nint bias, string activation, nint scalars, long scalarCount, nint algorithm, out nint result);

    [DllImport(Library, EntryPoint = EntryPoint, CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int LinearPointwise(
        nint x, nint weight, nint bias, string activation, nint scalars, long scalarCount, nint algorithm, out nint result);

    private sealed class LinearFunction : CustomGradient<LinearFunction>
    {
        protected override int Arguments => 3;

        protected override Tensor Forward(autograd.AutogradContext ctx, object[] vars)
        {
            var (x, weight, bias) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2]);
            ctx.save_for_backward([x, weight, bias]);
            return Multiply(x, weight, bias, gelu: false);
        }

        protected override Tensor?[] Backward(autograd.AutogradContext ctx, Tensor gradient)
        {
            var saved = ctx.get_saved_variables();
            // libtorch would keep x until the step has ended.
            ctx.Dispose();
            var (ofInput, ofWeight, ofBias) = Gradients(gradient, saved[0], saved[1]);
            return [ofInput, CustomGradient.Give(saved[1], ofWeight), CustomGradient.Give(saved[2], ofBias)];
        }
    }
}
