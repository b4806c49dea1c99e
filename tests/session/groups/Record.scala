// Records the cases of this folder on Spark: its script commands are those of script.ts. Compile it and run it with Spark 4.3.0's jars:
//   java -cp "$JARS/*" scala.tools.nsc.Main -classpath "$(ls $JARS/*.jar | tr '\n' ':')" -d out Record.scala
//   java -cp "out:$JARS/*" org.apache.spark.sql.streaming.asked.Record cases      (Java 17; the --add-opens of Spark's launcher)
// It writes the answers into the files. A tick is a trigger of a second on a clock set by hand.

package org.apache.spark.sql.streaming.asked

import java.io.File
import java.nio.file.Files
import java.sql.Timestamp
import scala.collection.mutable.ArrayBuffer
import scala.jdk.CollectionConverters._
import com.fasterxml.jackson.databind.{JsonNode, ObjectMapper}
import com.fasterxml.jackson.databind.node.ObjectNode
import org.apache.spark.SparkThrowable
import org.apache.spark.sql.{Dataset, Encoders}
import org.apache.spark.sql.classic.SparkSession
import org.apache.spark.sql.catalyst.encoders.ExpressionEncoder
import org.apache.spark.sql.execution.streaming.runtime.MemoryStream
import org.apache.spark.sql.execution.streaming.sources.ForeachBatchSink
import org.apache.spark.sql.streaming._
import org.apache.spark.util.ManualClock

case class In(k: String, at: Timestamp, cmd: String)
case class Out(text: String, at: Timestamp)

class StepClock(start: Long) extends ManualClock(start) {
  @volatile var waiting = -1L
  override def waitTillTime(t: Long): Long = { waiting = t; try super.waitTillTime(t) finally waiting = -1L }
}

object Names {
  def of(e: Throwable): String = e match {
    case st: SparkThrowable if st.getCondition != null => "!" + st.getCondition
    case _ => "!"
  }
}

class Groups(kind: String) extends Serializable {
  def run(k: String, rows: Iterator[In], state: GroupState[String]): Iterator[String] = {
    val out = ArrayBuffer[String]()
    val list = rows.toList
    out += s"$k n=${list.size} timed=${state.hasTimedOut} s=${state.getOption.getOrElse("-")}"
    val cmds = if (state.hasTimedOut) state.getOption.toList.flatMap(s => { val i = s.indexOf('|'); if (i < 0) Nil else s.substring(i + 1).split(",").toList })
      else list.flatMap(r => if (r.cmd == null) Nil else r.cmd.split(";").toList)
    cmds.filter(_.nonEmpty).foreach { c =>
      if (c == "xx") throw new RuntimeException("boom")
      val got: String = try c match {
        case "s?" => state.getOption.getOrElse("-")
        case "g" => state.get
        case "e?" => state.exists.toString
        case "s-" => state.remove(); ""
        case "s=null" => state.update(null); ""
        case "w?" => state.getCurrentWatermarkMs().toString
        case "p?" => state.getCurrentProcessingTimeMs().toString
        case x if x.startsWith("s=") => state.update(x.drop(2)); ""
        case x if x.startsWith("d=") => state.setTimeoutDuration(x.drop(2)); ""
        case x if x.startsWith("D=") => state.setTimeoutDuration(x.drop(2).toLong); ""
        case x if x.startsWith("T=") => val p = x.drop(2).split("\\+"); if (p.length > 1) state.setTimeoutTimestamp(p(0).toLong, p(1)) else state.setTimeoutTimestamp(p(0).toLong); ""
      } catch { case e: Exception => Names.of(e) }
      if (got != "") out += s"$k $c -> $got"
    }
    out.iterator
  }
}

class Script(vars: Map[String, (String, String)]) extends StatefulProcessor[String, In, Out] with ScriptBody {
  override def init(o: OutputMode, t: TimeMode): Unit = open(vars, getHandle)
  override def handleInputRows(k: String, rows: Iterator[In], t: TimerValues): Iterator[Out] = input(k, rows, t)
  override def handleExpiredTimer(k: String, t: TimerValues, e: ExpiredTimerInfo): Iterator[Out] = timer(k, t, e.getExpiryTimeInMs())
}
class Seeded(vars: Map[String, (String, String)]) extends StatefulProcessorWithInitialState[String, In, Out, In] with ScriptBody {
  override def init(o: OutputMode, t: TimeMode): Unit = open(vars, getHandle)
  override def handleInputRows(k: String, rows: Iterator[In], t: TimerValues): Iterator[Out] = input(k, rows, t)
  override def handleExpiredTimer(k: String, t: TimerValues, e: ExpiredTimerInfo): Iterator[Out] = timer(k, t, e.getExpiryTimeInMs())
  override def handleInitialState(k: String, s: In, t: TimerValues): Unit = initial(k, s, t)
}
trait ScriptBody extends Serializable {
  @transient var h: StatefulProcessorHandle = _
  @transient var v: ValueState[String] = _
  @transient var l: ListState[String] = _
  @transient var m: MapState[String, String] = _
  @transient var log: ListState[String] = _
  def open(vars: Map[String, (String, String)], handle: StatefulProcessorHandle): Unit = {
    h = handle
    val str = Encoders.STRING
    def ttl(s: String) = if (s == null) TTLConfig.NONE else TTLConfig(java.time.Duration.ofMillis(s.toLong))
    vars.foreach { case (name, (kind, t)) => kind match {
      case "value" => val x = h.getValueState[String](name, str, ttl(t)); if (name == "v") v = x
      case "list" => val x = h.getListState[String](name, str, ttl(t)); if (name == "l") l = x; if (name == "log") log = x
      case "map" => val x = h.getMapState[String, String](name, str, str, ttl(t)); if (name == "m") m = x
      case "delete" => h.deleteIfExists(name)
    } }
  }
  def show(s: String) = if (s == null) "-" else s
  def one(c: String, t: TimerValues): String = if (c == "xx") throw new RuntimeException("boom") else try c match {
    case "w?" => t.getCurrentWatermarkInMs().toString
    case "p?" => t.getCurrentProcessingTimeInMs().toString
    case "b?" => h.getQueryInfo().getBatchId.toString
    case "t?" => h.listTimers().toList.sorted.mkString("/")
    case "v?" => show(v.get()); case "ve?" => v.exists().toString; case "v-" => v.clear(); ""; case "v=null" => v.update(null); ""
    case "l?" => l.get().toList.mkString("/"); case "le?" => l.exists().toString; case "l-" => l.clear(); ""
    case "l+null" => l.appendValue(null); ""; case "l=" => l.put(Array[String]()); ""; case "l++" => l.appendList(Array[String]()); ""
    case "m?" => m.iterator().toList.map { case (a, b) => s"$a=$b" }.sorted.mkString("/"); case "me?" => m.exists().toString; case "m-" => m.clear(); ""
    case "mk?" => m.keys().toList.sorted.mkString("/"); case "mv?" => m.values().toList.sorted.mkString("/")
    case "i?" => log.get().toList.mkString("/")
    case x if x.startsWith("tp+") => h.registerTimer(t.getCurrentProcessingTimeInMs() + x.drop(3).toLong); ""
    case x if x.startsWith("tw+") => h.registerTimer(t.getCurrentWatermarkInMs() + x.drop(3).toLong); ""
    case x if x.startsWith("t+") => h.registerTimer(x.drop(2).toLong); ""
    case x if x.startsWith("t-") => h.deleteTimer(x.drop(2).toLong); ""
    case x if x.startsWith("v=") => v.update(x.drop(2)); ""
    case x if x.startsWith("l++") => l.appendList(x.drop(3).split("/")); ""
    case x if x.startsWith("l+") => l.appendValue(x.drop(2)); ""
    case x if x.startsWith("l=") => l.put(x.drop(2).split("/")); ""
    case x if x.startsWith("mc.") => m.containsKey(x.drop(3)).toString
    case x if x.startsWith("m.") && x.endsWith("?") => show(m.getValue(x.drop(2).dropRight(1)))
    case x if x.startsWith("m.") && x.endsWith("-") => m.removeKey(x.drop(2).dropRight(1)); ""
    case x if x.startsWith("m.") => val p = x.drop(2).split("=", 2); m.updateValue(p(0), if (p(1) == "null") null else p(1)); ""
    case x if x.startsWith("new ") => h.getValueState[String](x.drop(4), Encoders.STRING, TTLConfig.NONE); ""
    case x if x.startsWith("del ") => h.deleteIfExists(x.drop(4)); ""
  } catch { case e: Exception => Names.of(e) }
  def out(k: String, c: String, got: String, at: Timestamp = null): List[Out] = if (got == "") Nil else List(Out(s"$k $c -> $got", at))
  def cmds(r: In): List[String] = if (r.cmd == null) Nil else r.cmd.split(";").toList.filter(_.nonEmpty)
  def input(k: String, rows: Iterator[In], t: TimerValues): Iterator[Out] = {
    val list = rows.toList
    val res = ArrayBuffer(Out(s"$k n=${list.size}", if (list.isEmpty) null else list.head.at))
    list.foreach(r => cmds(r).foreach(c => res ++= out(k, c, one(c, t), r.at)))
    res.iterator
  }
  def timer(k: String, t: TimerValues, at: Long): Iterator[Out] = {
    val res = ArrayBuffer(Out(s"$k timer $at", new Timestamp(at)))
    val s = if (v == null) null else v.get()
    val i = if (s == null) -1 else s.indexOf('|')
    if (i >= 0) s.substring(i + 1).split(",").foreach(c => res ++= out(k, c, one(c, t), new Timestamp(at)))
    res.iterator
  }
  def initial(k: String, s: In, t: TimerValues): Unit = {
    if (log != null) log.appendValue(s"initial ${s.cmd}")
    cmds(s).foreach(c => { val got = one(c, t); if (got != "" && log != null) log.appendValue(s"$c -> $got") })
  }
}

object Record {
  val json = new ObjectMapper()
  def time(n: JsonNode): Timestamp = if (n.isNull) null else new Timestamp(Math.round(n.asDouble * 1000))
  def text(n: JsonNode): String = if (n == null || n.isNull) null else n.asText

  def error(e0: Throwable, at: String): ObjectNode = {
    var e = e0
    if (e.isInstanceOf[StreamingQueryException]) e = e.getCause
    def conditioned(x: Throwable): Option[SparkThrowable] = x match {
      case null => None
      case st: SparkThrowable if st.getCondition != null => Some(st)
      case _ => conditioned(x.getCause)
    }
    val o = json.createObjectNode().put("at", at)
    conditioned(e) match {
      case Some(st) => o.put("condition", st.getCondition); if (st.getSqlState != null) o.put("sqlState", st.getSqlState)
        val p = o.putObject("parameters"); st.getMessageParameters.asScala.toSeq.sortBy(_._1).filter(!_._2.contains("\n")).foreach { case (a, b) => p.put(a, b) }
      case None => o.putNull("condition"); o.put("exception", e.getClass.getName).put("message", String.valueOf(e.getMessage).split("\n")(0))
    }
    o
  }

  def frame(spark: SparkSession, c: JsonNode, source: Dataset[In]): Dataset[String] = {
    import spark.implicits._
    val wm = text(c.get("watermark"))
    val marked = if (wm == null) source else source.withWatermark("at", wm).as[In]
    val keyed = marked.groupByKey(_.k)
    val mode = if (text(c.get("mode")) == "append") OutputMode.Append else OutputMode.Update
    val time = text(c.get("time"))
    val init: Seq[In] = if (c.get("initial") == null) null else c.get("initial").asScala.toSeq.map(r => In(text(r.get(0)), null, text(r.get(1))))
    val kind = text(c.get("kind"))
    kind match {
      case "transformWithState" =>
        val tm = time match { case "none" => TimeMode.None(); case "processing-time" => TimeMode.ProcessingTime(); case "event-time" => TimeMode.EventTime() }
        val vars = c.get("vars").fields().asScala.map(e => e.getKey -> (text(e.getValue.get("kind")), text(e.getValue.get("ttl")))).toMap
        val ev = text(c.get("eventTimeColumn"))
        val iv = if (init == null) null else init.toDS().groupByKey(_.k)
        val res: Dataset[Out] = (init, ev) match {
          case (null, null) => keyed.transformWithState(new Script(vars), tm, mode)
          case (null, _) => keyed.transformWithState(new Script(vars), ev, mode)
          case (_, null) => keyed.transformWithState(new Seeded(vars), tm, mode, iv)
          case (_, _) => keyed.transformWithState(new Seeded(vars), ev, mode, iv)
        }
        if (c.get("above") != null) { res.createOrReplaceTempView("tws"); spark.sql(text(c.get("above"))).as[String] }
        else res.map(_.text)
      case _ =>
        val to = time match { case "none" => GroupStateTimeout.NoTimeout; case "processing-time" => GroupStateTimeout.ProcessingTimeTimeout; case "event-time" => GroupStateTimeout.EventTimeTimeout }
        val g = new Groups(kind)
        val iv = if (init == null) null else init.toDS().groupByKey(_.k).mapValues(_.cmd)
        if (kind == "mapGroupsWithState") {
          val f = (k: String, rows: Iterator[In], s: GroupState[String]) => g.run(k, rows, s).mkString("; ")
          if (init == null) keyed.mapGroupsWithState[String, String](to)(f) else keyed.mapGroupsWithState[String, String](to, iv)(f)
        } else {
          val f = (k: String, rows: Iterator[In], s: GroupState[String]) => g.run(k, rows, s)
          if (init == null) keyed.flatMapGroupsWithState[String, String](mode, to)(f) else keyed.flatMapGroupsWithState[String, String](mode, to, iv)(f)
        }
    }
  }

  def merged(base: JsonNode, over: JsonNode): ObjectNode = {
    val o = base.deepCopy[ObjectNode]()
    if (over != null && over.isObject) over.fields().asScala.foreach(e => if (e.getValue.isNull) o.remove(e.getKey) else o.set[JsonNode](e.getKey, e.getValue))
    o
  }

  def run(root: SparkSession, file: File): Unit = {
    val c0 = json.readTree(file).asInstanceOf[ObjectNode]
    c0.remove("error"); c0.remove("rows")
    val spark = root.newSession().asInstanceOf[SparkSession]
    import spark.implicits._
    def settings(c: JsonNode) = if (c.get("conf") != null) c.get("conf").fields().asScala.foreach(e => spark.conf.set(e.getKey, text(e.getValue)))
    spark.conf.set("spark.sql.shuffle.partitions", "1")
    spark.conf.set("spark.sql.streaming.stateStore.providerClass", "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider")
    settings(c0)
    if (c0.get("static") != null) {
      try {
        val rows = frame(spark, c0, c0.get("static").asScala.toSeq.map(r => In(text(r.get(0)), time(r.get(1)), text(r.get(2)))).toDS().as[In]).collect()
        val a = c0.putArray("rows"); rows.sorted.foreach(r => a.add(r))
      } catch { case e: Exception => c0.set[JsonNode]("error", error(e, "run")) }
    } else {
      var c: ObjectNode = c0
      val clock = new StepClock(1000000L)
      val stream = MemoryStream[In](spark)
      val dir = Files.createTempDirectory("asked").toString
      val got = ArrayBuffer[(Long, Seq[String])]()
      var query: org.apache.spark.sql.streaming.StreamingQuery = null
      var failed = false
      def start(): Unit = {
        val df = frame(spark, c, stream.toDS())
        val sink = new ForeachBatchSink[String]((ds: Dataset[String], id: Long) => { val rows = ds.collect().toSeq; got.synchronized { got += ((id, rows)) } }, ExpressionEncoder[String]())
        query = spark.sessionState.streamingQueryManager.startQuery(userSpecifiedName = None, userSpecifiedCheckpointLocation = Some(dir), df = df.asInstanceOf[org.apache.spark.sql.classic.Dataset[String]], extraOptions = Map.empty[String, String], sink = sink,
          outputMode = if (text(c.get("mode")) == "append") OutputMode.Append else OutputMode.Update, useTempCheckpointLocation = false, recoverFromCheckpointLocation = true, trigger = Trigger.ProcessingTime(1000L), triggerClock = clock)
      }
      def settle(): Unit = { val until = System.currentTimeMillis() + 60000; while (query.isActive && clock.waiting < 0 && System.currentTimeMillis() < until) Thread.sleep(2) 
        if (query.isActive && clock.waiting < 0) println("STUCK " + file) }
      try { start(); settle() } catch { case e: Exception => failed = true; c0.set[JsonNode]("error", error(e, if (query == null) "start" else "run")) }
      if (!failed) c0.get("steps").asScala.foreach { s0 =>
        val s = s0.asInstanceOf[ObjectNode]
        s.remove("batches"); s.remove("error")
        var down = query == null || !query.isActive
        if (s.get("restart") != null) {
          if (query != null) { query.stop(); clock.waiting = -1L }
          c = merged(c0, s.get("restart"))
          settings(c)
          if (s.get("replay") != null) { val dirs = new File(dir, "commits").listFiles().filter(f => f.getName.forall(_.isDigit)); val last = dirs.maxBy(_.getName.toLong); last.delete(); new File(dir, "commits/." + last.getName + ".crc").delete() }
          try { start(); settle(); down = false } catch { case e: Exception => s.set[JsonNode]("error", error(e, "start")); query = null; down = true }
        }
        if (!down) {
          if (s.get("input") != null) stream.addData(s.get("input").asScala.toSeq.map(r => In(text(r.get(0)), time(r.get(1)), text(r.get(2)))): _*)
          val ticks = if (s.get("ticks") == null) 3 else s.get("ticks").asInt
          (1 to ticks).foreach { _ => if (query.isActive) { val w = clock.waiting; clock.waiting = -1L; clock.advance(1000L); settle() } }
          val b = s.putArray("batches")
          got.synchronized { got.foreach { case (id, rows) => val o = b.addObject(); o.put("id", id); val a = o.putArray("rows"); rows.sorted.foreach(r => a.add(r)) }; got.clear() }
          if (!query.isActive) query.exception.foreach(e => s.set[JsonNode]("error", error(e, "run")))
        }
      }
      if (query != null && query.isActive) query.stop()
    }
    json.writerWithDefaultPrettyPrinter().writeValue(file, c0)
  }

  def main(args: Array[String]): Unit = {
    val spark = SparkSession.builder().master("local[2]").config("spark.ui.enabled", "false").config("spark.sql.session.timeZone", "UTC")
      .config("spark.sql.warehouse.dir", Files.createTempDirectory("wh").toString).getOrCreate().asInstanceOf[SparkSession]
    spark.sparkContext.setLogLevel("OFF")
    def files(f: File): Seq[File] = if (f.isDirectory) f.listFiles().toSeq.sorted.flatMap(files) else if (f.getName.endsWith(".json")) Seq(f) else Nil
    args.flatMap(a => files(new File(a))).foreach { f =>
      try run(spark, f) catch { case e: Throwable => println("FAILED " + f + " " + e); e.printStackTrace() }
    }
    spark.stop()
    System.exit(0)
  }
}
