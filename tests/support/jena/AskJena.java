import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.apache.jena.query.Dataset;
import org.apache.jena.query.DatasetFactory;
import org.apache.jena.query.Query;
import org.apache.jena.query.QueryExecution;
import org.apache.jena.query.QueryFactory;
import org.apache.jena.query.ResultSetFormatter;
import org.apache.jena.query.Syntax;
import org.apache.jena.rdf.model.Model;
import org.apache.jena.riot.Lang;
import org.apache.jena.riot.RDFDataMgr;
import org.apache.jena.sparql.algebra.Algebra;
import org.apache.jena.sparql.engine.ref.QueryEngineRef;
import org.apache.jena.sparql.util.Context;

/**
 * Answers one request a line: a word, a space and a text in Base64; the answer is a line of the same kind.
 *
 * <p>Its argument is the number of seconds that a query may take. The word `query` asks the reference engine, which
 * evaluates the algebra step by step, and `query-optimised` the engine that people use.
 */
public class AskJena {
  private static Dataset data = DatasetFactory.create();
  private static long seconds;

  public static void main(String[] arguments) throws Exception {
    seconds = Long.parseLong(arguments[0]);
    var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      var parts = line.split(" ", 2);
      var text = new String(Base64.getDecoder().decode(parts[1]), StandardCharsets.UTF_8);
      String kind = "error";
      String answer;
      try {
        var output = new ByteArrayOutputStream();
        kind = answer(parts[0], text, output);
        answer = output.toString(StandardCharsets.UTF_8);
      } catch (Exception | StackOverflowError error) {
        kind = "error";
        answer = error.getClass().getSimpleName() + ": " + error.getMessage();
      }
      var encoded = Base64.getEncoder().encodeToString(answer.getBytes(StandardCharsets.UTF_8));
      System.out.println(kind + " " + encoded);
      System.out.flush();
    }
  }

  private static String answer(String wish, String text, ByteArrayOutputStream output) throws Exception {
    if (wish.equals("data")) {
      data = DatasetFactory.create();
      RDFDataMgr.read(data, new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), Lang.TRIG);
      return "done";
    }
    Query query = QueryFactory.create(text, "http://example.org/", Syntax.syntaxSPARQL_11);
    if (wish.equals("algebra")) {
      new PrintStream(output, true, StandardCharsets.UTF_8).print(Algebra.compile(query).toString());
      return "algebra";
    }
    if (wish.equals("query")) {
      QueryEngineRef.register();
    } else {
      QueryEngineRef.unregister();
    }
    try (QueryExecution run =
        QueryExecution.dataset(data).query(query).timeout(seconds, TimeUnit.SECONDS).build()) {
      if (query.isSelectType()) {
        ResultSetFormatter.outputAsJSON(output, run.execSelect());
        return "rows";
      }
      if (query.isAskType()) {
        ResultSetFormatter.outputAsJSON(output, run.execAsk());
        return "rows";
      }
      Model graph = query.isConstructType() ? run.execConstruct() : run.execDescribe();
      RDFDataMgr.write(output, graph, Lang.NTRIPLES);
      return "graph";
    }
  }
}
